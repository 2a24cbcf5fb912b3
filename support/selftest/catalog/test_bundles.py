"""The bundle factory: what a description gives, and that a seed always gives the same."""

from decimal import Decimal

from support.systems.catalog.data.bundles import bundle, bundles


def test_a_description_gives_name_countries_and_data_amount() -> None:
    made = bundle("Japan 3 GB", price=Decimal("9.50"), duration=7)
    assert made["name"] == "esim_JP_3GB_7D_V2"
    assert made["countries"] == [{"name": "Japan", "region": "Asia", "iso": "JP"}]
    assert (made["dataAmount"], made["duration"], made["price"]) == (3000, 7, 9.5)
    assert bundle()["name"] == "esim_EU_5GB_30D_V2"


def test_any_other_description_and_place_will_do_and_overrides_win() -> None:
    assert bundle("Family plan")["name"] == "esim_Familyplan_V2"
    assert bundle("El Dorado 2 GB")["name"] == "esim_ElDorado_2GB_30D_V2"
    assert bundle(name="mine", unlimited=True) == bundle() | {"name": "mine", "unlimited": True}


def test_many_bundles_differ_in_name_and_repeat_with_the_seed() -> None:
    made = list(bundles(500, "Regional Bundles", seed=3))
    assert len({one["name"] for one in made}) == 500
    assert {one["groups"][0] for one in made} == {"Regional Bundles"}
    assert made == list(bundles(500, "Regional Bundles", seed=3))
    assert made != list(bundles(500, "Regional Bundles", seed=4))
