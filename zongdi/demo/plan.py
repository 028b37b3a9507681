"""The drawing of the plan: corner points, centre lines, quarters and gates, in the local frame (m)."""

from __future__ import annotations

from typing import Final

__all__ = ["FENCE_EAST", "FENCE_STRAIGHT", "GATES", "QUARTERS", "ROADS", "SUPPORT"]

#: The corners of the fence from the north-east by the west to the south-east.
FENCE_STRAIGHT: Final = (
    (560.0, 508.0),
    (60.0, 552.0),
    (-360.0, 590.0),
    (-600.0, 575.0),
    (-748.0, 385.0),
    (-772.0, 20.0),
    (-742.0, -420.0),
    (-672.0, -492.0),
    (-90.0, -508.0),
    (390.0, -478.0),
)
#: The east side follows the bend of the freight railway.
FENCE_EAST: Final = (
    (520.0, -415.0),
    (618.0, -270.0),
    (672.0, -90.0),
    (694.0, 90.0),
    (686.0, 270.0),
    (640.0, 425.0),
)
#: The support area outside the fence; what lies under the ring road is cut off.
SUPPORT: Final = (
    (-585.0, -470.0),
    (-600.0, -720.0),
    (-560.0, -905.0),
    (-200.0, -935.0),
    (150.0, -905.0),
    (395.0, -845.0),
    (470.0, -690.0),
    (455.0, -440.0),
)

#: name, English name, width (m), grade, points of the centre line.
ROADS: Final = (
    (
        "示例大道",
        "Example Avenue",
        36.0,
        "arterial",
        ((-830, -105), (-600, -95), (-330, -38), (-60, -40), (200, -92), (450, -110), (730, -70)),
    ),
    (
        "通达路",
        "Tongda Road",
        30.0,
        "arterial",
        (
            (-18, -950),
            (-30, -700),
            (-48, -470),
            (-78, -250),
            (-68, -30),
            (-8, 190),
            (20, 400),
            (18, 610),
        ),
    ),
    (
        "航港路",
        "Airport Road",
        26.0,
        "arterial",
        ((-764, 172), (-560, 205), (-290, 262), (0, 248), (300, 190), (520, 176), (688, 190)),
    ),
    (
        "经一路",
        "First Meridian Road",
        18.0,
        "secondary",
        ((-415, -500), (-425, -290), (-398, -60), (-402, 240), (-372, 600)),
    ),
    (
        "经三路",
        "Third Meridian Road",
        18.0,
        "secondary",
        ((262, -500), (272, -300), (300, -100), (330, 180), (345, 540)),
    ),
    (
        "纬一路",
        "First Parallel Road",
        16.0,
        "secondary",
        ((-760, -300), (-560, -282), (-425, -270), (-230, -262), (-76, -268)),
    ),
    (
        "纬二路",
        "Second Parallel Road",
        16.0,
        "secondary",
        ((-76, -318), (90, -300), (272, -300), (450, -318), (640, -345)),
    ),
    ("纬三路", "Third Parallel Road", 16.0, "secondary", ((-402, 96), (-220, 118), (-30, 105))),
    (
        "纬四路",
        "Fourth Parallel Road",
        16.0,
        "secondary",
        ((-48, 64), (60, 52), (190, 38), (318, 42)),
    ),
    ("保税东路", "East Bonded Road", 16.0, "secondary", ((318, 42), (500, 40), (720, 52))),
    (
        "货运北路",
        "North Cargo Road",
        18.0,
        "secondary",
        ((-760, 402), (-560, 392), (-388, 412), (-180, 418), (20, 400)),
    ),
    ("研创一路", "First Research Lane", 14.0, "local", ((96, -500), (104, -302), (112, -70))),
    ("研创二路", "Second Research Lane", 14.0, "local", ((-76, -180), (50, -192), (286, -200))),
    ("加工一路", "First Works Lane", 14.0, "local", ((-590, -500), (-580, -290), (-570, -90))),
    ("加工四路", "Fourth Works Lane", 16.0, "local", ((-592, -100), (-588, 60), (-572, 205))),
    ("加工二路", "Second Works Lane", 14.0, "local", ((-240, -510), (-236, -262), (-222, -38))),
    ("加工三路", "Third Works Lane", 14.0, "local", ((-236, -160), (-160, -158), (-70, -150))),
    ("仓储一路", "First Storage Lane", 16.0, "local", ((-196, 118), (-190, 260))),
    ("仓储二路", "Second Storage Lane", 16.0, "local", ((500, 180), (508, 40), (500, -112))),
    ("仓储三路", "Third Storage Lane", 14.0, "local", ((150, 45), (162, 218))),
    ("综服路", "Services Lane", 12.0, "local", ((440, -310), (455, -110))),
    # The support area outside the fence.
    (
        "配套大道",
        "Support Avenue",
        30.0,
        "support",
        ((-640, -742), (-400, -722), (-24, -700), (250, -668), (500, -640)),
    ),
    ("宜居路", "Yiju Road", 18.0, "support", ((-330, -520), (-322, -720), (-310, -950))),
    ("学院路", "Xueyuan Road", 18.0, "support", ((215, -500), (222, -675), (205, -930))),
    ("宜居二街", "Second Yiju Street", 12.0, "support", ((-620, -640), (-325, -628), (-40, -612))),
    ("学院二街", "Second Xueyuan Street", 12.0, "support", ((-20, -800), (110, -792), (215, -775))),
)

#: What is built where: a block takes the quarter of the nearest of these points.
QUARTERS: Final = (
    (-640, 300, "logistics"),
    (-560, 480, "logistics"),
    (-200, 500, "logistics"),
    (-290, 340, "logistics"),
    (190, 380, "logistics"),
    (500, 340, "logistics"),
    (580, 110, "distribution"),
    (410, 110, "distribution"),
    (590, -20, "distribution"),
    (220, 120, "distribution"),
    (80, 150, "distribution"),
    (-100, 180, "distribution"),
    (-300, 180, "distribution"),
    (-590, 40, "manufacturing"),
    (-300, 30, "works"),
    (-130, 40, "works"),
    (150, -20, "works"),
    (400, -40, "works"),
    (-660, -190, "manufacturing"),
    (-500, -180, "manufacturing"),
    (-660, -400, "manufacturing"),
    (-500, -400, "manufacturing"),
    (-320, -150, "manufacturing"),
    (-330, -400, "manufacturing"),
    (-150, -100, "park"),
    (-150, -215, "works"),
    (-150, -390, "works"),
    (20, -130, "research"),
    (20, -250, "research"),
    (200, -150, "research"),
    (200, -250, "research"),
    (20, -400, "research"),
    (180, -400, "research"),
    (360, -200, "services"),
    (540, -210, "services"),
    (380, -400, "services"),
    (-460, -580, "housing"),
    (-180, -560, "support"),
    (90, -580, "support"),
    (350, -560, "support"),
    (-460, -680, "housing"),
    (-180, -660, "support"),
    (-450, -820, "housing"),
    (-170, -820, "housing"),
    (90, -740, "support"),
    (90, -850, "housing"),
    (330, -750, "housing"),
)

#: The roads that pass the fence, and their gates from the beginning of the line to its end.
GATES: Final = {
    "示例大道": (("西卡口（主卡口）", "West gate (main)"), ("东卡口（铁路）", "East gate (rail)")),
    "通达路": (
        ("南卡口（人员）", "South gate (staff)"),
        ("北卡口（航空货运）", "North gate (air cargo)"),
    ),
}
