"""The configuration that goes with the files."""

from __future__ import annotations

from pathlib import Path

CONFIG = """# 示范市学区划分配置：复制本文件夹即可运行  districting run config.toml
# The sample city, ready to run. Everything in it is made up; no real place, school or person.

[project]
name = "{city}"
year = {year}
language = "zh"                # zh | en
crs = "{crs}"            # 工作坐标系（米）：CGCS2000 三度带，中央经线 108°；不写则按位置自动选
seed = 0

[inputs]                       # 路径相对于本文件 / paths are relative to this file
schools = {{ path = "schools.xlsx", sheet = "学校" }}        # 合并标题、两行表头、合计行、全角数字 / as a bureau sends it
blocks = "blocks.geojson"      # 小区、村组：户数、适龄儿童、现对口学校
admin = {{ path = "streets.shp", encoding = "gbk" }}         # 街道乡镇面：GBK 编码，没有 .cpg
counties = "counties.geojson"
roads = "roads.geojson"        # 干道；与河流相交处即桥 / roads cross the river on bridges only
barriers = "barriers.geojson"  # 河流：片区不跨越，桥除外
social_resources = {{ path = "social_resources.csv", encoding = "gb18030" }}   # 场馆与高校：主题学区的主题场所 / venues and a university: anchors of themes
teachers = "teachers.csv"      # 教师：编号为散列码，不含姓名 / teachers by code, never by name
shares = {{ path = "shares.csv", encoding = "gb18030" }}   # 六好共享：类别、提供方、接受方 / six layers of sharing
facilities = {{ path = "facilities.csv", encoding = "gb18030" }}   # 可共享的场馆及空闲时段 / venues with free times: districting share facilities
facility_demand = {{ path = "facility_demand.csv", encoding = "gb18030" }}   # 哪所学校每周需要几班课时 / who needs how many class-hours
courses = {{ path = "courses.csv", encoding = "gb18030" }}         # 共享课程 / courses for other schools: districting share courses
course_demand = {{ path = "course_demand.csv", encoding = "gb18030" }}
ledger = {{ path = "ledger.csv", encoding = "gb18030" }}           # 贡献台账 / who gave what to whom: districting share ledger
training_demand = {{ path = "training_demand.csv", encoding = "gb18030" }}   # 订单式培训需求（虚构）/ made-up training to order: districting share research
research_topics = {{ path = "research_topics.csv", encoding = "gb18030" }}   # 小专题研究（虚构）/ made-up small topics
posts = {{ path = "posts.csv", encoding = "gb18030" }}         # 核定岗位（虚构）/ made-up posts: districting share staffing
upgrades = {{ path = "upgrades.csv", encoding = "gb18030" }}   # 个别学校的提升单价和上限（虚构）/ made-up prices of single schools: districting share upgrade
history = "history.csv"        # 往年指标：均衡预警的趋势 / indicators of older years: trends of the early warning

[inputs.datum]                 # 坐标基准逐项写明，绝不猜测 / declared for every input, never guessed
schools = "gcj02"              # 取自网络地图
blocks = "wgs84"
admin = "{crs}"
counties = "wgs84"
roads = "wgs84"
barriers = "wgs84"
social_resources = "bd09"

[inputs.aliases.schools]       # 别的写法 = 正式校名 / their spelling = the school's name
"{alias}" = "{school}"

[tiers]                        # 等次（内部使用，不出现在公开材料中）/ internal, never published
source = "column"
lead = ["优质校"]
regular = ["普通校"]
weak = ["薄弱校"]

[zoning.primary]
demand = "intake"              # 当年入学人数对招生计划 / entrants against plan
[zoning.primary.rules]
contiguous = true              # 片区连成一片
within_county = true           # 不跨县区

[zoning.junior]
demand = "intake"

[grouping]
form = "alliance"              # 强弱联盟：至少1所优质初中牵头，1至2所薄弱初中，衔接周边小学
# 其他形式用  districting group config.toml --form 形式名；数字在下面改 / numbers of the other forms
[grouping.forms.street]
districts = 15                 # 42 个街道乡镇
[grouping.forms.urban_rural]
within_county = false          # 有的县没有城区学校
[grouping.forms.same_stage]
within_county = false          # 有的县只有 2 所初中
[grouping.forms.theme]
within_county = false
[grouping.forms.big_district]
within_county = false          # 边界上可跨县
[grouping.forms.joint_development]
within_county = false
[grouping.forms.school_group]
within_county = false
backbone_floor = 0.0           # 有 5 条记录没有骨干教师数
[grouping.forms.direct_feed]
junior_seats = 0.8             # 云岭县初中学位只有毕业生的八成
[grouping.forms.vertical_chain]
within_county = false
[grouping.forms.cross_stage]
within_county = false
[grouping.forms.custom]
counts = {{ school = [4, 14], junior_lead = [1], primary = [2] }}
within_county = false
centre = "junior_lead"
radius_m = 20000.0

[pairing]
form = ["school", "county", "incubation", "chain"]   # 校际结对、县域联盟、孵化片区、链式带动；全部形式见 districting pair --list
stages = ["primary", "junior"]
donor_cap = 2                  # 每所优质校最多帮扶几所薄弱校
[pairing.chain]
allow_new_roots = true         # 市级校太少，带不动全部县级校：增设最少的起点学校并列出 / too few city schools: the fewest more roots, named

[pairing.incubation]           # 孵化片区：每个学段划几个 / how many incubation areas of each stage
areas = {{ senior = 4, preschool = 12 }}    # 宝鸡为7和12；本市只有13所高中 / 7 and 12 in Baoji; here are only 13 senior highs

[sharing.ledger]
fund_yuan = 300000             # 补偿资金，按净贡献分 / shared by what schools give net

[sharing.upgrade]              # 薄弱学校提升：价格为虚构 / made-up prices: districting share upgrade
budget_yuan = 20000000
price_yuan = {{ teaching_area_m2 = 175000, sports_area_m2 = 60000, equipment_yuan = 1000, multimedia_rooms = 80000, pe_art_teachers = 90000, backbone_teachers = 60000, teachers_above_degree = 30000 }}
step = {{ sports_area_m2 = 100, teaching_area_m2 = 50, equipment_yuan = 1000 }}   # 一个单位增加多少 / what a unit adds

[output]
folder = "maps"
audience = "internal"          # internal | public
"""


def write_config(path: Path, **values: object) -> None:
    """The configuration with its few values filled in."""
    path.write_bytes(CONFIG.format(**values).encode())
