"""What people type about themselves, and where the door may lead."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Invalid
from app.people.identity import clean, device_of, email_of, folded, name_of, network_of
from app.web.next_page import checked


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ali@Contoh.EXAMPLE", "ali@contoh.example"),
        ("  ali@contoh.example ", "ali@contoh.example"),
        ("<ali@contoh.example>", "ali@contoh.example"),
        ("mailto:ali@contoh.example", "ali@contoh.example"),
        ("ali.bin+ahmad@sub.contoh.gov.my", "ali.bin+ahmad@sub.contoh.gov.my"),
        ("ali\u200b@contoh.example", "ali@contoh.example"),
    ],
)
def test_an_address_is_kept_in_one_form(typed, kept):
    assert email_of(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ali",
        "ali@",
        "@contoh.example",
        "ali@contoh",
        "ali contoh@contoh.example",
        "ali@contoh..example",
        "ali@-contoh.example",
        ".ali@contoh.example",
        "ali@contoh.example\r\nBcc: semua@contoh.example",
        "ali@contoh.example, siti@contoh.example",
        '"ali"@contoh.example',
        "а" * 65 + "@contoh.example",
        "a" * 65 + "@contoh.example",
        "a@" + "b" * 64 + ".example",
        "аli@contoh.example",
    ],
)
def test_what_cannot_be_an_address_is_refused(typed):
    with pytest.raises(Invalid):
        email_of(typed)


def test_a_name_is_one_line_without_invisible_signs():
    assert name_of("  Siti\tNur \u202eHaliza\n") == "Siti Nur Haliza"
    with pytest.raises(Invalid):
        name_of(" \u200b ")
    with pytest.raises(Invalid):
        name_of("x" * 121)


def test_names_that_differ_in_case_and_spaces_are_one():
    assert folded("KESATUAN  Pekerja") == folded("Kesatuan Pekerja ")


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_cleaned_words_are_one_line_and_stay_clean(typed):
    once = clean(typed)
    assert clean(once) == once
    assert once == once.strip()
    assert not any(ord(sign) < 32 for sign in once)


def test_a_browser_is_called_as_people_call_it():
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
    assert device_of(firefox) == "Firefox, Windows"
    assert device_of(iphone) == "Safari, iPhone"
    assert device_of("") == ""
    assert len(device_of("x" * 5000)) == 60


def test_a_household_of_addresses_is_one_network():
    assert network_of("203.0.113.7") == "203.0.113.7"
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::1")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("::ffff:203.0.113.7") == "203.0.113.7"
    assert network_of("testclient") == "testclient"


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/plans\r\nSet-Cookie: a=b",
        "/ /evil.example",
        "evil.example",
        "",
        "/sign-in",
        "/sign-in/abc",
        "/sign-out",
        "/language/ms",
        "/" + "x" * 400,
    ],
)
def test_the_door_leads_to_no_other_site_and_not_back_to_itself(path):
    assert checked(path) == "/"


@pytest.mark.parametrize(
    "path", ["/", "/plans/napfl", "/rounds/2/read/chp_4?show=all#r2-0147", "/plans/a?q=%2F%2F"]
)
def test_the_door_leads_back_to_a_page_of_this_site(path):
    assert checked(path) == path
