from hypothesis import given
from hypothesis import strategies as st

from workshop.handover.origins import Trail, ends, ref_of
from workshop.kinds import Option, ResultItem


def item(key, *origins):
    return ResultItem(id=key, text=key, origins=origins)


def of_record(*ids):
    return [Option(id, id, field="1-A.zorgen") for id in ids]


def test_an_option_of_the_record_is_an_origin():
    assert Trail().follow("kiezen", "", item("zorg-1", "zorg-1"), of_record("zorg-1")) == ("zorg-1",)


def test_a_fixed_option_is_no_origin():
    assert Trail().follow("hoe-vaak", "", item("1", "1"), [Option("1", "Elk jaar")]) == ()


def test_a_line_of_an_earlier_step_is_an_origin():
    trail = Trail()
    assert trail.follow("kaarten", "", item("kaart"), []) == ()
    assert trail.follow("stippen", "kaarten", item("kaart", "kaart"), [Option("kaart", "x")]) == (
        ref_of("kaarten", "kaart"),
    )


def test_the_same_key_in_another_step_is_another_thing():
    trail = Trail()
    trail.follow("een", "", item("1"), [])
    assert trail.follow("drie", "twee", item("1", "1"), [Option("1", "x")]) == ()


def test_through_a_step_that_brings_nothing_a_line_builds_on_what_that_was_made_from():
    trail = Trail()
    trail.skip("eerst", "", [item("zorg", "zorg")], of_record("zorg"))
    assert trail.follow("daarna", "eerst", item("zorg", "zorg"), of_record("zorg")) == ("zorg",)


def test_through_a_line_that_was_left_out_too():
    left_out = {"a/1": ("zorg",), "b/1": ("a/1",), "c/1": ("b/1", "a/2")}
    assert ends(["c/1"], {"a/2": ["nieuw"]}, left_out) == ("zorg", "nieuw")


def test_a_line_that_went_to_two_places_has_two_ends():
    assert ends(["a/1"], {"a/1": ["een", "twee"]}, {"a/1": ("zorg",)}) == ("een", "twee")


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=8))
def test_however_long_the_trail_it_ends_in_the_dossier(steps):
    """Every step is made from the one before it; some bring nothing, some were left out."""
    trail, left_out, saved = Trail(), {}, {}
    for place, (brings, kept) in enumerate(steps):
        step, source = f"s{place}", f"s{place - 1}" if place else ""
        if not brings:
            trail.skip(step, source, [item("k", "k")], of_record("k"))
            continue
        ref = ref_of(step, "k")
        left_out[ref] = trail.follow(step, source, item("k", "k"), of_record("k"))
        if kept:
            saved[ref] = [f"saved-{place}"]
    last = trail.follow("einde", f"s{len(steps) - 1}" if steps else "", item("k", "k"), of_record("k"))
    [found] = ends(last, saved, left_out)
    kept_steps = [place for place, (brings, kept) in enumerate(steps) if brings and kept]
    assert found == (f"saved-{kept_steps[-1]}" if kept_steps else "k")
