"""Settings: a wrong one stops the start, with a sentence that says which and what is expected."""

import pytest

from workshop.settings import PREFIX, Settings, SettingsError, read


def test_without_settings_everything_has_a_default():
    assert read({}) == Settings()


def test_settings_of_other_programs_are_none_of_our_business():
    assert read({"PATH": "/bin", "PORT": "1", "WORKSHOPS_X": "1"}) == Settings()


def test_an_empty_setting_is_the_default():
    assert read({"WORKSHOP_PORT": ""}).port == 8000


def test_an_unknown_setting_is_named_with_those_that_exist():
    with pytest.raises(SettingsError, match=r"WORKSHOP_POORT is geen instelling.*WORKSHOP_PORT"):
        read({"WORKSHOP_POORT": "80"})


@pytest.mark.parametrize("value", ["abc", "0", "70000", "8000.5"])
def test_a_malformed_number_is_named_with_its_limits(value):
    with pytest.raises(SettingsError) as error:
        read({"WORKSHOP_PORT": value})
    assert str(error.value) == (
        f"WORKSHOP_PORT={value} klopt niet: hier hoort een getal van 1 tot en met 65535."
    )


@pytest.mark.parametrize("name", [name for name in Settings.__struct_fields__ if name.endswith("minimum")])
def test_a_threshold_can_be_raised_but_not_lowered(name):
    default = getattr(Settings(), name)
    variable = PREFIX + name.upper()
    assert getattr(read({variable: str(default + 1)}), name) == default + 1
    with pytest.raises(SettingsError, match=f"van {default} tot en met"):
        read({variable: str(default - 1)})


@pytest.mark.parametrize("name", ["BASE_URL", "EXIT_URL"])
@pytest.mark.parametrize("value", ["kompas.nl", "javascript:alert(1)", "ftp://kompas.nl", "https://"])
def test_an_address_is_a_web_address(name, value):
    with pytest.raises(SettingsError, match=f"WORKSHOP_{name}=.*begin met http"):
        read({f"WORKSHOP_{name}": value})


def test_the_base_address_has_no_path():
    with pytest.raises(SettingsError, match="zonder pad"):
        read({"WORKSHOP_BASE_URL": "https://kompas.nl/live"})


@pytest.mark.parametrize("url", ["mysql://x", "sqlite:///x", "postgresql://geheim@x/y"])
def test_a_wrong_database_address_is_refused_without_being_shown(url):
    with pytest.raises(SettingsError, match="WORKSHOP_DATABASE_URL klopt niet") as error:
        read({"WORKSHOP_DATABASE_URL": url})
    assert "geheim" not in str(error.value)


def test_a_configured_installation_has_one_origin_only():
    settings = read({"WORKSHOP_BASE_URL": "https://kompas.nl/"})
    assert settings.origin == "https://kompas.nl"
    assert settings.origins == {"https://kompas.nl"}
    assert settings.hosts == {"kompas.nl"}
    assert settings.secure


def test_an_unconfigured_machine_is_also_reached_by_its_own_names():
    settings = read({"WORKSHOP_PORT": "8123"})
    assert {"http://localhost:8123", "http://127.0.0.1:8123", settings.origin} == settings.origins
    assert not settings.secure
