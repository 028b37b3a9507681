"""The project file of the demo, commented in both languages."""

from __future__ import annotations

from typing import Final

__all__ = ["PROJECT_TOML"]

PROJECT_TOML: Final = """\
# 示例项目：一切地名、企业、宗地、合同均为虚构。
# A demo project: every place, firm, parcel and contract in it is invented.

name        = "示例综合保税区（虚构）"
as_of       = 2026-06-30        # 审查基准日 / the review date: nothing depends on today's date
policy      = "jinan-2021"      # 规则包 / the rule pack; the national pack applies beneath it
crs         = "EPSG:4548"       # CGCS2000 3 度带，中央经线 117° / CGCS2000, 3-degree zone, 117 E
area_method = "plane"           # 面积口径：平面 / areas in the plane of the computing CRS
label       = "虚构演示数据"    # 显示于成果 / shown on every output

# ---- 图层 / layers ----------------------------------------------------------------------

[layers.parcels]                # GBK 编码、无 .cpg：编码自动识别 / GBK without a .cpg: detected
path      = "parcels.shp"
columns   = { parcel_id = "宗地代码", land_use = "用途", holder = "使用权人" }
constants = { industry_scheme = "GB/T 4754-2002" }   # 行业代码的版本 / which classification the codes are of

[layers.buildings]
path  = "base.gpkg"
layer = "buildings"

[layers.green]
path  = "base.gpkg"
layer = "green"

[layers.zones]                  # 批准四至、围网、验收区、配套区 / approved, fenced, accepted, support
path  = "base.gpkg"
layer = "zones"

[layers.plan_zones]             # 控制性详细规划 / the control plan
path  = "base.gpkg"
layer = "plan_zones"

[layers.facilities]             # 卡口、围网、管线、交通与生活配套 / gates, networks, transport, amenities
path  = "base.gpkg"
layer = "facilities"

[layers.assessments]            # 区域评估 / regional assessments
path  = "base.gpkg"
layer = "assessments"

# ---- 表格 / tables ------------------------------------------------------------------------

[layers.ledger]                 # 合同台账：标题行、混合日期、合计行 / a title row, mixed dates, a total row
path  = "ledger.xlsx"
sheet = "台账"

[layers.causes]
path     = "causes.csv"
encoding = "gb18030"

[layers.cases]
path     = "cases.csv"
encoding = "gb18030"

[layers.uses]
path = "uses.csv"

[layers.projects]               # 在手项目 / projects in hand
path = "projects.csv"

[layers.standards]              # 标准地指标 / standard-land values
path = "standards.csv"

[layers.bids]                   # 竞买申请 / bids
path = "bids.csv"

[layers.targets]                # 供地目标与限额 / targets and limits of supply
path = "targets.csv"

[layers.ratings]                # 绩效评估结果 / results of the evaluation
path = "ratings.csv"

[layers.approved_uses]          # 批准的用地构成 / what was approved, use by use
path = "approved_uses.csv"

# 改过的供地计划读回核对 / an edited plan, read back: zongdi run . --plan 供地计划.xlsx
# [layers.plan]
# path  = "供地计划.xlsx"       # 另存到成果文件夹以外 / saved outside the result folder
# sheet = "供地计划"

# ---- 栅格 / rasters ------------------------------------------------------------------------

[rasters.ndvi]
path = "ndvi.tif"
min  = 0.30                     # 不小于此值为绿 / green at or above
on   = 2026-05-20               # 影像日期 / when it was taken

[rasters.canopy]                # 树冠高度（米）：只计绿化覆盖率，不计绿地率 / tree heights: canopy cover alone
path = "canopy.tif"
min  = 2.0                      # 不小于此值为树冠 / a crown at or above

# ---- 选项 / options ------------------------------------------------------------------------

[far]
storey_height_m = { default = 4.0, storage = 8.0 }   # 只有高度时推算层数 / floors from a height

[green]
target_share             = 0.13
pool                     = "zone"                      # 统筹范围 / the pool: zone, fenced, approved or polygon
pool_approval_no         = "示绿〔2024〕2号（虚构）" # 统筹批准文号 / approval of the pool
public_green_approval_no = "示绿〔2024〕3号（虚构）" # 公共绿地计入的批准文号 / approval to count public green
prevails                 = "polygons"
keep_back_share          = 0.05                        # 宗地盈余自留 / what a parcel keeps of its surplus
verge_m                  = 3                           # 道路边带可增绿宽度 / strip along roads that may be planted
planting_clearance_m     = 3                           # 增绿与建筑间距 / kept free about buildings
site_min_m2              = 200
planting_cost            = { verge = 260, public = 150, parcel = 180 } # 元/m2 / yuan per m2

[supply]                        # 土地供应与绩效 / land supply and performance
boundary_tolerance_share = 0.02                          # 面积、各类用地 / area and uses
boundary_line_m          = 0.5                           # 界线精度（米） / how exact the lines are
min_area_m2      = 3000
min_width_m      = 30
corridor_width_m = { fence = 8, power = 6, gas = 6 }     # 走廊宽度 / corridors
service_reach_m  = { default = 500 }                      # 设施到达距离 / reach of services
zone_type        = "airport"
location_airport = { airport = 3, gate = 2, motorway = 1, housing = 1 }
location_science = { transit = 3, housing = 2, gate = 1 }
location_reach_m = 2000
low_efficiency   = { tax_wan_per_mu = 16 }
quarters         = 8
weights          = { area = 1.0, readiness = 0.5, location = 0.5, project = 0.3 }
delay_share      = 0.03
min_readiness    = 0.75         # 其余条件供应前补齐 / the rest to be settled before supply
yield_weights    = { tax_wan_per_mu = 0.6, output_wan_per_mu = 0.4 }
yield_cuts       = { A = 120, B = 95, C = 75 }

[map]
agency   = "示例编制单位（虚构）"
title_en = "Invented demo bonded zone"
series   = [2026-12-31, 2027-06-30, 2027-12-31, 2028-06-30]   # 时间轴：保持现状的推算 / the slider: if nothing happens
"""
