"""Shares of a raster by exact pixel coverage, on rasters that can be computed by hand."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from geo.errors import InvalidGeometryError, MissingCRSError, RasterError, TransformError
from geo.rasters import mean_values, raster_info, share_between, share_of_classes

CRS = "EPSG:4548"
# 1 2 3
# 4 5 6
# 7 8 9   with the north-west corner at (0, 3) and pixels of 1 m
NINE = np.arange(1, 10).reshape(3, 3)
GRID = Affine(1, 0, 0, 0, -1, 3)


def write(path, values, *, crs=CRS, grid=GRID, scale=None, **options):
    values = np.asarray(values)
    bands = values if values.ndim == 3 else values[None]
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        count=len(bands),
        height=bands.shape[1],
        width=bands.shape[2],
        dtype=bands.dtype,
        crs=crs,
        transform=grid,
        **options,
    ) as dataset:
        dataset.write(bands)
        if scale is not None:
            dataset.scales = (scale,)
    return path


@pytest.fixture
def nine(tmp_path):
    return write(tmp_path / "九.tif", NINE.astype("float32"))


def layer(*shapes, crs=CRS):
    return gpd.GeoSeries(list(shapes), crs=crs)


def shares(frame):
    return frame["share"].tolist()


def test_half_cell_squares_weigh_a_quarter_a_half_and_one(nine):
    # The square covers .25 of 1, 3, 7, 9, .5 of 2, 4, 6, 8 and all of 5: 4 pixels in all.
    square = layer(box(0.5, 0.5, 2.5, 2.5))
    assert shares(share_between(nine, square, low=5, high=5)) == [0.25]
    assert shares(share_between(nine, square, low=6, high=6)) == [0.125]
    assert shares(share_between(nine, square, low=9)) == [0.0625]
    assert shares(share_between(nine, square, high=4)) == [0.375]
    assert mean_values(nine, square)["mean"].tolist() == [5.0]


def test_bounds_are_inclusive(nine):
    whole = layer(box(0, 0, 3, 3))
    assert shares(share_between(nine, whole, low=5)) == pytest.approx([5 / 9], abs=1e-9)
    assert shares(share_between(nine, whole, low=5.0001)) == pytest.approx([4 / 9], abs=1e-9)
    assert shares(share_between(nine, whole, high=5)) == pytest.approx([5 / 9], abs=1e-9)
    assert shares(share_between(nine, whole, low=2, high=3)) == pytest.approx([2 / 9], abs=1e-9)


def test_single_precision_bounds_are_inclusive_on_both_sides(tmp_path):
    path = write(tmp_path / "a.tif", np.full((3, 3), 0.3, dtype="float32"))
    assert shares(share_between(path, layer(box(0, 0, 1, 1)), low=0.3, high=0.3)) == [1.0]


def test_classes(nine):
    whole = layer(box(0, 0, 3, 3), box(0, 0, 1, 1))
    found = share_of_classes(nine, whole, [1, 5, 99])
    assert shares(found) == pytest.approx([2 / 9, 0.0], abs=1e-9)
    with pytest.raises(ValueError, match="class"):
        share_of_classes(nine, whole, [])


def test_smaller_than_a_pixel(nine):
    tiny = layer(box(1.1, 1.1, 1.2, 1.3), box(1.9, 1.4, 2.1, 1.6))
    assert shares(share_between(nine, tiny, low=5, high=5)) == pytest.approx([1.0, 0.5], abs=1e-6)
    assert share_between(nine, tiny, low=5)["valid_share"].tolist() == [1.0, 1.0]


def test_outside_partly_outside_null_and_empty(nine):
    shapes = layer(box(10, 10, 11, 11), box(-1, 0, 1, 1), None, Polygon(), box(3, 0, 4, 1))
    found = share_between(nine, shapes, low=7)
    assert found["valid_share"].tolist()[:2] == [0.0, 0.5]
    assert np.isnan(found["share"][[0, 2, 3, 4]]).all()
    assert found["share"][1] == 1.0
    assert np.isnan(found["valid_share"][2])
    assert found["valid_share"][4] == 0.0


@pytest.mark.parametrize("nodata", [9, float("nan")])
def test_pixels_without_data_are_no_ground(tmp_path, nodata):
    values = NINE.astype("float32")
    values[2, 2] = nodata
    path = write(tmp_path / "a.tif", values, nodata=nodata)
    found = share_between(path, layer(box(0.5, 0.5, 2.5, 2.5), box(2, 0, 3, 1)), low=5, high=6)
    # (1 + .5) of the 3.75 pixels with data; 3.75 of 4 pixels have some
    assert found["share"][0] == pytest.approx(0.4, abs=1e-9)
    assert found["valid_share"][0] == pytest.approx(0.9375, abs=1e-9)
    assert np.isnan(found["share"][1])
    assert found["valid_share"][1] == 0.0


def test_a_mask_band_is_heeded(tmp_path):
    path = tmp_path / "a.tif"
    write(path, NINE.astype("uint8"))
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as dataset:
        dataset.write_mask((NINE < 8).astype("uint8") * 255)
    # The first polygon makes the window larger than the second needs.
    found = share_between(path, layer(box(0, 0, 3, 3), box(1, 0, 3, 1), box(0, 0, 2, 1)), low=7)
    assert found["valid_share"].tolist() == pytest.approx([7 / 9, 0.0, 0.5])
    assert found["share"].tolist() == pytest.approx([1 / 7, np.nan, 1.0], nan_ok=True)


def test_undeclared_nan_is_no_data(tmp_path):
    values = NINE.astype("float64")
    values[0, 0] = np.nan
    found = share_between(write(tmp_path / "a.tif", values), layer(box(0, 0, 3, 3)), low=0)
    assert found["share"].tolist() == [1.0]
    assert found["valid_share"].tolist() == pytest.approx([8 / 9])


def test_stored_scale_is_applied(tmp_path):
    path = write(tmp_path / "a.tif", (NINE * 1000).astype("int16"), scale=0.0001)
    assert raster_info(path).scales == (0.0001,)
    whole = layer(box(0, 0, 3, 3))
    assert shares(share_between(path, whole, low=0.3)) == pytest.approx([7 / 9], abs=1e-9)
    assert shares(share_between(path, whole, high=0.3)) == pytest.approx([3 / 9], abs=1e-9)


def test_bands(tmp_path):
    path = write(tmp_path / "a.tif", np.stack([NINE, NINE * 10]).astype("uint8"))
    whole = layer(box(0, 0, 3, 3))
    assert shares(share_between(path, whole, low=10)) == [0.0]
    assert shares(share_between(path, whole, low=10, band=2)) == [1.0]
    for band in (0, 3):
        with pytest.raises(RasterError, match=r"2 band\(s\)"):
            share_between(path, whole, low=1, band=band)


def test_rows_from_south_to_north(tmp_path):
    path = write(tmp_path / "a.tif", NINE[::-1].astype("uint8"), grid=Affine(1, 0, 10, 0, 1, 20))
    assert raster_info(path).bounds == (10, 20, 13, 23)
    found = share_between(path, layer(box(10, 22, 11, 23), box(12, 20, 13, 21)), high=1)
    assert shares(found) == [1.0, 0.0]


def test_polygons_are_transformed_into_the_crs_of_the_raster(tmp_path):
    grid = Affine(100, 0, 500_000, 0, -100, 4_060_300)
    path = write(tmp_path / "a.tif", NINE.astype("uint8"), grid=grid)
    square = layer(box(500_050, 4_060_050, 500_250, 4_060_250))
    expected = share_between(path, square, low=6)
    for code in (4549, 4326, 32650):
        moved = square.segmentize(5).to_crs(code)
        assert shares(share_between(path, moved, low=6)) == pytest.approx(
            shares(expected), abs=1e-4
        )


def test_what_cannot_be_laid_over_one_another(tmp_path, nine):
    square = box(0, 0, 1, 1)
    with pytest.raises(MissingCRSError):
        share_between(nine, gpd.GeoSeries([square]), low=1)
    with pytest.raises(TransformError, match="No registered"):
        share_between(nine, layer(square, crs="EPSG:2385"), low=1)
    with pytest.raises(InvalidGeometryError, match="positions 0"):
        share_between(nine, layer(Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])), low=1)
    with pytest.raises(InvalidGeometryError, match="Point"):
        share_between(nine, layer(Point(0, 0)), low=1)
    bare = write(tmp_path / "bare.tif", NINE.astype("uint8"), crs=None)
    with pytest.raises(RasterError, match=r"bare\.tif states no coordinate"):
        share_between(bare, layer(square), low=1)
    turned = write(tmp_path / "t.tif", NINE.astype("uint8"), grid=Affine(1, 0.1, 0, 0.1, -1, 3))
    with pytest.raises(RasterError, match="do not run along"):
        raster_info(turned)


def test_files_that_are_no_raster(tmp_path):
    with pytest.raises(RasterError, match=r"missing\.tif cannot be read"):
        raster_info(tmp_path / "missing.tif")
    text = tmp_path / "text.tif"
    text.write_text("no raster", encoding="utf-8")
    with pytest.raises(RasterError, match=r"text\.tif"):
        share_between(text, layer(box(0, 0, 1, 1)), low=1)


def test_a_file_cut_short(tmp_path):
    path = write(tmp_path / "cut.tif", np.zeros((300, 300), dtype="float64"))
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(RasterError, match=r"cut\.tif cannot be read"):
        share_between(path, layer(box(0, -200, 3, 3)), low=0)


def test_bounds_must_make_sense(nine):
    square = layer(box(0, 0, 1, 1))
    with pytest.raises(ValueError, match="bound"):
        share_between(nine, square)
    with pytest.raises(ValueError, match="above"):
        share_between(nine, square, low=2, high=1)


def test_info(nine):
    info = raster_info(nine)
    assert info.crs.to_epsg() == 4548
    assert (info.width, info.height, info.bands, info.dtype) == (3, 3, 1, "float32")
    assert info.resolution == (1.0, 1.0)
    assert info.nodata is None


def test_index_is_kept_and_no_rows_work(nine):
    shapes = gpd.GeoSeries([box(0, 0, 1, 1)], index=["p"], crs=CRS)
    assert share_between(nine, shapes, low=7).loc["p"].tolist() == [1.0, 1.0]
    none = share_between(nine, layer(), low=7)
    assert list(none) == ["share", "valid_share"]
    assert len(none) == 0


def test_nothing_is_written_beside_the_raster(tmp_path, nine):
    share_between(nine, layer(box(0, 0, 1, 1)), low=1)
    assert [path.name for path in tmp_path.iterdir()] == [nine.name]


@settings(max_examples=40, deadline=None)
@given(
    st.tuples(st.floats(-1, 3), st.floats(-1, 3)),
    st.tuples(st.floats(0.05, 3), st.floats(0.05, 3)),
    st.integers(1, 9),
)
def test_shares_equal_the_intersection_with_every_pixel(tmp_path_factory, corner, size, low):
    path = tmp_path_factory.getbasetemp() / "nine.tif"
    if not path.exists():
        write(path, NINE.astype("uint8"))
    square = box(*corner, corner[0] + size[0], corner[1] + size[1])
    pixels = shapely.box(
        *(np.array([(x, 2 - y, x + 1, 3 - y) for y in range(3) for x in range(3)]).T)
    )
    parts = shapely.area(shapely.intersection(pixels, square))
    found = share_between(path, layer(square), low=low).iloc[0]
    assert found["valid_share"] == pytest.approx(parts.sum() / square.area, abs=1e-6)
    if parts.sum() > 1e-6:
        expected = parts[NINE.ravel() >= low].sum() / parts.sum()
        assert found["share"] == pytest.approx(expected, abs=1e-6)
