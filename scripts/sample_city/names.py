"""Names: villages, estates, streets and schools. All are made up; each is used once."""

from __future__ import annotations

from typing import Final

import numpy as np

VILLAGE_HEAD: Final = tuple("柳桃梨杏枣槐榆松柏竹荷菊兰桂枫石沙泉溪河湾塘渠坝桥渡岭坡塬沟坪台寨堡营庄屯坊窑磨仓井马牛羊鹤雁凤东西南北上下前后高低大小新古")
VILLAGE_TAIL: Final = (
    "湾",
    "树沟",
    "花坪",
    "水头",
    "坡底",
    "家庄",
    "家寨",
    "泉子",
    "林",
    "河口",
    "沟门",
    "塬上",
    "家堡",
    "石坪",
    "子岭",
    "家营",
    "庙前",
    "桥头",
    "渠岸",
    "家窑",
)
ESTATE_HEAD: Final = (
    "锦绣", "阳光", "翠湖", "金桂", "紫薇", "学府", "书香", "春晓", "丽景", "和顺", "安康", "福临", "盛世", "御景", "清河", "朝阳", "东方", "华庭", "瑞祥", "嘉和",
    "幸福", "团结", "建设", "光明", "文苑", "滨河", "望河", "临江", "枫林", "梧桐", "玉兰", "丁香", "百合", "海棠", "银杏", "香樟", "松柏", "天鹅", "凤凰", "金鼎",
    "恒安", "永泰", "宏远", "泰和", "万和", "广厦", "新城", "兴业", "富民", "惠民", "康乐", "祥和", "明珠", "星河", "蓝天", "碧水", "绿洲", "云庭", "雅居", "秀水",
)  # fmt: skip
ESTATE_TAIL: Final = ("苑", "花园", "新村", "家园", "小区", "名邸", "华府", "公寓", "里", "佳苑", "雅苑", "城", "府", "嘉园", "公馆", "庭院", "家属院", "新区")
COMMUNITY: Final = (
    "明理", "崇文", "尚学", "敬业", "乐群", "怀德", "思源", "景行", "致远", "同心", "睦邻", "长乐", "安居", "永兴", "昌盛", "迎春", "望月", "听泉", "观澜", "沐阳",
    "清风", "晨光", "青松", "金穗", "丰收", "五一", "红旗", "友谊", "前进", "胜利", "东升", "西苑", "南湖", "北塔", "中山路", "解放路", "人民路", "建设路", "文化路", "青年路",
)  # fmt: skip
ROAD_HEAD: Final = (
    "光华",
    "新华",
    "建国",
    "和平",
    "健康",
    "劳动",
    "育才",
    "民主",
    "振兴",
    "永安",
    "太平",
    "兴隆",
    "宏图",
    "富强",
    "文明",
    "和谐",
    "长虹",
    "新风",
    "春晖",
    "启明",
)
ROAD_TAIL: Final = ("路", "街", "巷", "里", "园")
PLACES_WITHOUT_PEOPLE: Final = (
    "滨河公园",
    "客运站",
    "农贸市场",
    "物流园",
    "体育场",
    "粮库",
    "工业园",
    "苗圃",
    "水厂",
    "变电站",
    "汽修城",
    "建材市场",
    "湿地公园",
    "会展中心",
    "果园",
    "陵园",
    "烈士公园",
    "机械厂",
    "污水处理厂",
    "仓储区",
)


class Names:
    """Hands out names; none twice."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._taken: set[str] = set()
        self._villages = list(rng.permutation([h + t for h in VILLAGE_HEAD for t in VILLAGE_TAIL if h not in t]))
        self._estates = list(rng.permutation([h + t for h in ESTATE_HEAD for t in ESTATE_TAIL]))
        self._communities = list(rng.permutation([*COMMUNITY, *(h + t for h in ROAD_HEAD for t in ROAD_TAIL)]))
        self._empty = 0

    def village(self) -> str:
        """柳家湾."""
        return self.once(str(self._villages.pop()))

    def estate(self) -> str:
        """锦绣花园; 锦绣花园二期 when the names run out."""
        if not self._estates:
            raise RuntimeError("no estate names left")
        return self.once(str(self._estates.pop()))

    def community(self) -> str:
        """崇文; with a number when the names run out."""
        return str(self._communities.pop()) if self._communities else self.village()

    def empty_place(self) -> str:
        """A place where nobody lives."""
        base = PLACES_WITHOUT_PEOPLE[self._empty % len(PLACES_WITHOUT_PEOPLE)]
        self._empty += 1
        number = (self._empty - 1) // len(PLACES_WITHOUT_PEOPLE)
        return self.once(
            base + ("", "东区", "西区", "南区", "北区", "一区", "二区", "三区", "四区", "五区", "六区", "七区")[number]
            if number < 12
            else f"{base}{number}号地"
        )

    def free(self, name: str) -> bool:
        """Whether nobody has the name yet."""
        return name not in self._taken

    def once(self, name: str) -> str:
        """The name itself; taken names are refused."""
        if name in self._taken:
            raise RuntimeError(f"name given twice: {name}")
        self._taken.add(name)
        return name
