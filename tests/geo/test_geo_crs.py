"""Coordinate reference systems: identity, choice, guarded transformation."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely import Point, Polygon, box

from geo.crs import (
    central_meridian,
    check_measuring_crs,
    computing_crs,
    counts_as_one,
    crs_label,
    require_crs,
    require_same_crs,
    resolve_crs,
    same_crs,
    transform_frame,
    transformer,
)
from geo.errors import (
    CRSMismatchError,
    GeoError,
    MissingCRSError,
    TransformError,
    UnsuitableCRSError,
)

JINAN = (117.05, 36.6, 117.25, 36.8)
OTHER_DATUM_NAME = (
    'PROJCS["CGCS2000_3_Degree_GK_Zone_39",GEOGCS["GCS_CGCS_2000",DATUM["D_CGCS_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
    'PARAMETER["False_Easting",39500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",117.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
LOCAL = "+proj=tmerc +lat_0=0 +lon_0=117 +k=1 +x_0=500000 +y_0=0 +ellps=krass +units=m +type=crs"
SHIFT = " +towgs84=15.8,-154.4,-82.3,0,0,0,0"


@pytest.mark.parametrize("code", [4527, 4548, 4326, 4490, 2434, 3826, 6677, 2249, 4214, 3857])
def test_esri_wkt_is_recognised_in_every_way_it_is_passed_on(code):
    esri = CRS(CRS.from_epsg(code).to_wkt("WKT1_ESRI"))
    for written in (esri, esri.to_wkt(), esri.to_json(), esri.to_wkt("WKT1_ESRI")):
        assert resolve_crs(written).to_authority() == ("EPSG", str(code))


def test_another_name_of_the_cgcs2000_datum_is_recognised():
    assert resolve_crs(OTHER_DATUM_NAME).to_epsg() == 4527


@pytest.mark.parametrize(
    ("given_crs", "code"),
    [("OGC:CRS84", 4326), (4979, 4326), ("EPSG:4548+5737", 4548), ("ESRI:102100", 3857)],
)
def test_axis_order_heights_and_other_registers_do_not_hide_a_system(given_crs, code):
    assert resolve_crs(given_crs).to_epsg() == code


def test_shift_parameters_are_kept_only_where_no_path_is_registered():
    assert resolve_crs(LOCAL + SHIFT).is_bound
    bound = CRS.from_user_input("EPSG:3826").to_wkt("WKT1_GDAL")
    assert not resolve_crs(bound).is_bound


def test_what_cannot_be_understood_is_said():
    with pytest.raises(UnsuitableCRSError, match="not understood"):
        resolve_crs("EPSG:1")


def test_zone_prefix_makes_another_system():
    assert not same_crs(4548, 4527)


def test_label_says_code_and_name():
    assert crs_label("EPSG:4548") == "EPSG:4548 (CGCS2000 / 3-degree Gauss-Kruger CM 117E)"
    assert crs_label(LOCAL) == "unknown"


def test_missing_crs_names_the_layer():
    with pytest.raises(MissingCRSError, match="'parcels'"):
        require_crs(gpd.GeoSeries([Point(0, 0)]), "parcels")


def test_same_crs_across_spellings_and_mismatch():
    esri = CRS.from_epsg(4548).to_wkt("WKT1_ESRI")
    layers = {"a": gpd.GeoSeries([], crs=4548), "b": gpd.GeoSeries([], crs=esri)}
    assert require_same_crs(layers).to_epsg() == 4548
    layers["c"] = gpd.GeoSeries([], crs=4549)
    with pytest.raises(CRSMismatchError, match="c: EPSG:4549"):
        require_same_crs(layers)
    with pytest.raises(ValueError, match="No layer"):
        require_same_crs({})


def test_central_meridian():
    assert central_meridian(4548) == 117.0
    assert central_meridian(4549) == 120.0
    assert central_meridian(6677) == pytest.approx(139 + 50 / 60)
    assert central_meridian(4326) is None


# --- the computing CRS ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("crs", "bounds", "code"),
    [
        (4326, JINAN, 4548),
        (4490, JINAN, 4548),
        ("OGC:CRS84", JINAN, 4548),
        (4548, (500_000, 4_060_000, 502_000, 4_070_000), 4548),
        # a zone with its number before the easting keeps its code
        (4527, (39_500_000, 4_060_000, 39_501_000, 4_070_000), 4527),
        # 1.9 degrees off: still kept; 2.8 degrees off: the neighbouring zone
        (4527, (39_670_000, 4_060_000, 39_671_000, 4_070_000), 4527),
        (4527, (39_750_000, 4_060_000, 39_760_000, 4_070_000), 4549),
        # 6-degree zones, UTM and Web Mercator go to the 3-degree zone
        (4498, (20_500_000, 4_060_000, 20_510_000, 4_070_000), 4548),
        (32650, (500_000, 4_060_000, 501_000, 4_070_000), 4548),
        (3857, (13_024_000, 4_400_000, 13_025_000, 4_410_000), 4548),
        # other datums keep their metric system
        (3826, (250_000, 2_700_000, 260_000, 2_800_000), 3826),
        (2326, (836_694, 819_069, 836_695, 819_070), 2326),
        (6677, (-8000, -30_000, -7000, -29_000), 6677),
        (25830, (505_000, 4_789_000, 506_000, 4_790_000), 25830),
        # feet are not metres: UTM on the data's own datum
        (2249, (750_000, 2_960_000, 760_000, 2_970_000), 26919),
        (4269, (-71.2, 42.3, -71.1, 42.4), 26919),
        # WGS 84 outside the zones
        (4326, (139.8, 35.7, 139.9, 35.8), 32654),
        (3857, (-7_910_000, 5_200_000, -7_900_000, 5_210_000), 32619),
        (4326, (-70.7, -33.5, -70.6, -33.4), 32719),
    ],
)
def test_computing_crs(crs, bounds, code):
    assert computing_crs(crs, bounds).to_authority() == ("EPSG", str(code))


@pytest.mark.parametrize(
    ("longitude", "code"),
    [
        (73.4999, 32643),
        (73.5, 4534),
        (118.4999, 4548),
        (118.5, 4549),
        (121.5, 4550),
        (136.4999, 4554),
        (136.5, 32653),
    ],
)
def test_zone_limits(longitude, code):
    assert computing_crs(4326, (longitude, 36, longitude, 36)).to_epsg() == code


@settings(max_examples=25, deadline=None)
@given(st.floats(73.5, 136.49, allow_nan=False))
def test_the_chosen_meridian_is_never_further_than_half_a_zone(longitude):
    chosen = computing_crs(4490, (longitude, 30, longitude, 30))
    assert abs(central_meridian(chosen) - longitude) <= 1.5 + 1e-9


def test_data_on_an_old_chinese_datum_stay_on_it():
    assert computing_crs(2385, (500_000, 4_060_000, 501_000, 4_061_000)).to_epsg() == 2385
    utm = computing_crs(4214, (117, 36, 117.1, 36.1))
    assert utm.name == "Beijing 1954 / UTM zone 50N"
    assert central_meridian(utm) == 117.0


def test_a_projection_without_a_known_datum_is_kept():
    assert computing_crs(LOCAL, (500_000, 4_060_000, 501_000, 4_061_000)).is_projected


def test_request_prevails():
    assert computing_crs(4326, JINAN, "EPSG:4527").to_epsg() == 4527


@pytest.mark.parametrize(
    ("requested", "why"),
    [
        (3857, "world projection"),
        (3395, "world projection"),
        (4490, "degrees"),
        (2249, "US survey foot"),
        (4479, "not a projection"),
        (32654, "off by 1"),
    ],
)
def test_unsuitable_request_is_refused_with_its_reason(requested, why):
    with pytest.raises(UnsuitableCRSError, match=why):
        computing_crs(4326, JINAN, requested)


def test_request_on_an_unreachable_datum_is_refused():
    with pytest.raises(TransformError):
        computing_crs(4610, JINAN, 4548)


def test_coordinates_that_are_not_degrees():
    with pytest.raises(UnsuitableCRSError, match="do not lie within"):
        computing_crs(4326, (500_000, 4_060_000, 502_000, 4_070_000))


def test_zone_number_against_code():
    with pytest.raises(UnsuitableCRSError, match="zone number 39: that is EPSG:4527"):
        computing_crs(4548, (39_500_000, 4_060_000, 39_501_000, 4_070_000))
    with pytest.raises(UnsuitableCRSError, match="that is EPSG:4548"):
        computing_crs(4527, (500_000, 4_060_000, 501_000, 4_070_000))


@pytest.mark.parametrize("bounds", [(np.nan,) * 4, (0, 0, 1)])
def test_no_extent_no_choice(bounds):
    with pytest.raises(UnsuitableCRSError, match="extent"):
        computing_crs(4326, bounds)


def test_local_system_without_datum():
    with pytest.raises(UnsuitableCRSError, match="without a datum"):
        computing_crs('LOCAL_CS["x",UNIT["metre",1]]', (0, 0, 1, 1))


def test_check_measuring_crs_accepts_national_grids():
    for code in (4548, 4527, 3826, 25830, 6677, 3035):
        assert check_measuring_crs(code).to_epsg() == code


# --- transformation ---------------------------------------------------------------------------


def test_x_is_east_on_both_sides_whatever_the_register_says():
    x, y = transformer(4326, 4548).transform(117.5, 36.7)
    assert 540_000 < x < 550_000
    assert 4_060_000 < y < 4_070_000
    longitude, latitude = transformer(4548, 4490).transform(x, y)
    assert (longitude, latitude) == pytest.approx((117.5, 36.7), abs=1e-9)


def test_wgs84_and_cgcs2000_count_as_one():
    assert counts_as_one(4326, 4548)
    assert not counts_as_one(4490, 4548)
    assert transformer(4326, 4490).transform(117.0, 36.0) == (117.0, 36.0)
    assert transformer(9057, 4490).transform(117.0, 36.0) == pytest.approx((117.0, 36.0))


@pytest.mark.parametrize("code", [3826, 6677, 2326, 25830, 26919, 6668, 4612])
def test_registered_paths_to_the_display_work(code):
    assert "allpark" not in transformer(code, 4326).description


def test_other_datums_reach_cgcs2000_through_wgs84():
    direct = transformer(3826, 4550).transform(250_000, 2_700_000)
    through = transformer(4326, 4550).transform(*transformer(3826, 4326).transform(250_000, 2.7e6))
    assert direct == pytest.approx(through, abs=1e-3)
    back = transformer(4550, 3826).transform(*direct)
    assert back == pytest.approx((250_000, 2_700_000), abs=1e-6)


@pytest.mark.parametrize(
    ("src", "dst"),
    [
        (4214, 4490),
        (4214, 4326),
        (4610, 4490),
        (2385, 4548),
        (4555, 4326),
        (4548, 4610),
        (LOCAL, 4490),
    ],
)
def test_unregistered_paths_are_refused(src, dst):
    with pytest.raises(TransformError, match="No registered transformation"):
        transformer(src, dst)


def test_within_an_old_datum_transformation_works():
    x, y = transformer(2434, 4214).transform(500_000, 4_060_000)
    assert x == pytest.approx(central_meridian(2434))
    assert 36 < y < 37


def test_parameters_of_the_owner_open_a_path():
    longitude, latitude = transformer(LOCAL + SHIFT, 4490).transform(500_000, 4_060_000)
    assert (longitude, latitude) == pytest.approx((117.0006, 36.6706), abs=1e-3)


def test_transformers_are_cached():
    assert transformer(4326, 4548) is transformer("EPSG:4326", CRS.from_epsg(4548))


def test_transform_frame_keeps_columns_index_and_drops_heights():
    frame = gpd.GeoDataFrame(
        {"a": [1, 2, 3]},
        geometry=[Point(117, 36.7, 5), None, Polygon()],
        crs=4326,
        index=["x", "y", "z"],
    ).rename_geometry("geom")
    moved = transform_frame(frame, 4548)
    assert moved.index.tolist() == ["x", "y", "z"]
    assert moved.geometry.name == "geom"
    assert moved.crs == CRS.from_epsg(4548)
    assert moved.geometry.iloc[0].x == pytest.approx(500_000)
    assert not moved.geometry.iloc[0].has_z
    assert moved.geometry.iloc[1] is None
    assert moved.geometry.iloc[2].is_empty
    assert frame.crs == CRS.from_epsg(4326)


def test_transform_frame_to_its_own_crs_in_other_words_moves_nothing():
    esri = CRS.from_epsg(4548).to_wkt("WKT1_ESRI")
    frame = gpd.GeoDataFrame(geometry=[box(500_000, 4e6, 500_001, 4_000_001)], crs=esri)
    moved = transform_frame(frame, 4548)
    assert moved.crs.to_epsg() == 4548
    assert moved.geometry.iloc[0].equals(frame.geometry.iloc[0])


def test_coordinates_outside_the_system_are_named():
    frame = gpd.GeoDataFrame(geometry=[Point(117, 36), Point(500_000, 4_000_000)], crs=4326)
    with pytest.raises(TransformError, match=r"positions 1, such as x = 500000"):
        transform_frame(frame, 4548)


def test_every_error_is_a_value_error():
    for error in (MissingCRSError, CRSMismatchError, UnsuitableCRSError, TransformError):
        assert issubclass(error, GeoError)
        assert issubclass(error, ValueError)
