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
@pytest.mark.parametrize(
    "value", ["kompas.nl", "javascript:alert(1)", "ftp://kompas.nl", "https://", "https://[::1"]
)
def test_an_address_is_a_web_address(name, value):
    with pytest.raises(SettingsError, match=f"WORKSHOP_{name}=.*begin met http"):
        read({f"WORKSHOP_{name}": value})


@pytest.mark.parametrize(
    "value", ["veilig@kompas.nl", "mailto:kompas.nl", "http://kompas.nl", "https://a\nb"]
)
def test_who_finds_a_weakness_gets_an_address_that_works(value):
    with pytest.raises(SettingsError, match=r"(?s)WORKSHOP_SECURITY_CONTACT=.*begin met mailto"):
        read({"WORKSHOP_SECURITY_CONTACT": value})
    for right in ("mailto:veilig@kompas.nl", "https://kompas.nl/melden"):
        assert read({"WORKSHOP_SECURITY_CONTACT": right}).security_contact == right


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://Kompas.NL", "https://kompas.nl"),
        ("HTTPS://kompas.nl:443/", "https://kompas.nl"),
        ("http://kompas.nl:80", "http://kompas.nl"),
        ("https://kompas.nl:80", "https://kompas.nl:80"),
        ("https://kompas.nl.", "https://kompas.nl"),
        (" https://kompas.nl ", "https://kompas.nl"),
        ("https://één.nl", "https://xn--n-9faa.nl"),
        ("https://KOMPAS。nl", "https://kompas.nl"),
        ("http://192.168.1.5:8000/", "http://192.168.1.5:8000"),
        ("http://[FE80::1]:8000", "http://[fe80::1]:8000"),
    ],
)
def test_an_address_means_what_browsers_make_of_it(given, origin):
    settings = read({"WORKSHOP_BASE_URL": given})
    assert settings.origin == origin
    assert settings.origins == {origin}


@pytest.mark.parametrize(
    "wrong",
    [
        "https://kompas.nl?x=1",
        "https://kompas.nl/?",
        "https://kompas.nl#begin",
        "https://samira@kompas.nl",
        "https://samira:geheim@kompas.nl",
        "https://kompas.nl:99999",
        "https://kompas.nl:poort",
        "https://kom pas.nl",
        "https://-.nl",
        "http://:8000",
    ],
)
def test_what_is_no_plain_address_is_refused_with_a_sentence(wrong):
    with pytest.raises(SettingsError, match="WORKSHOP_BASE_URL klopt niet") as error:
        read({"WORKSHOP_BASE_URL": wrong})
    assert "geheim" not in str(error.value)


def test_a_proxy_may_name_the_port_that_everybody_means():
    assert read({"WORKSHOP_BASE_URL": "https://kompas.nl"}).hosts == {"kompas.nl", "kompas.nl:443"}


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
    assert settings.hosts == {"kompas.nl", "kompas.nl:443"}
    assert settings.secure


def test_an_unconfigured_machine_is_also_reached_by_its_own_names():
    settings = read({"WORKSHOP_PORT": "8123"})
    assert {"http://localhost:8123", "http://127.0.0.1:8123", settings.origin} <= settings.origins
    assert all(f"{way.address}:8123" in settings.hosts for way in settings.ways)
    assert not settings.secure


@pytest.fixture
def single_sign_on(tmp_path):
    secret = tmp_path / "geheim"
    secret.write_text("een geheim\n")
    return {
        "WORKSHOP_OIDC_ISSUER": "https://login.voorbeeld.nl",
        "WORKSHOP_OIDC_CLIENT_ID": "kompas",
        "WORKSHOP_OIDC_CLIENT_SECRET_FILE": str(secret),
        "WORKSHOP_OIDC_NAME": "Gemeente Voorbeeld",
    }


def test_single_sign_on_is_set_as_a_whole_or_not_at_all(single_sign_on):
    assert read(single_sign_on).oidc_name == "Gemeente Voorbeeld"
    for name in single_sign_on:
        with pytest.raises(SettingsError, match=f"heeft ook {name} nodig"):
            read(single_sign_on | {name: ""})


@pytest.mark.parametrize("issuer", ["login.voorbeeld.nl", "http://login.voorbeeld.nl", "https://"])
def test_an_identity_provider_is_reached_over_tls(single_sign_on, issuer):
    with pytest.raises(SettingsError, match="begin met https://"):
        read(single_sign_on | {"WORKSHOP_OIDC_ISSUER": issuer})


def test_the_secret_is_in_a_file_that_can_be_read_and_is_never_shown(single_sign_on, tmp_path):
    (tmp_path / "leeg").write_text(" \n")
    for file in (tmp_path / "weg", tmp_path / "leeg", tmp_path):
        with pytest.raises(SettingsError, match="leesbaar bestand met het geheim") as error:
            read(single_sign_on | {"WORKSHOP_OIDC_CLIENT_SECRET_FILE": str(file)})
        assert "een geheim" not in str(error.value)


def test_the_database_of_an_installation_without_settings_keeps_its_name():
    """Under another name an update would begin with an empty one."""
    assert Settings().database_url.endswith("/var/workshop.sqlite")
