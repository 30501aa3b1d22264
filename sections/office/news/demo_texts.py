"""Invented texts by the month in which such things happen. None of it is true, and every page says so."""

from __future__ import annotations

# Month → (column, Chinese title, English title, Chinese text, English text).
Line = tuple[str, ...]
BY_MONTH: dict[int, tuple[Line, ...]] = {
    1: (
        (
            "news",
            "全市中小学寒假前安全教育课开讲",
            "Safety lessons before the winter holiday",
            "各校围绕交通、消防、防溺水和居家取暖安全上好放假前最后一课，家长同步收到一封信。",
            "Schools taught road, fire, water and heating safety before the holiday; parents received a letter.",
        ),
        (
            "notices",
            "关于做好寒假期间学校值班工作的通知",
            "Duty at schools during the winter holiday",
            "各校安排专人值班，值班电话在校门口公示，遇有情况按规定时限报告。",
            "Every school keeps somebody on duty, posts the number at its gate and reports within the set time.",
        ),
        (
            "school-news",
            "乡镇中心校办起冬日书屋",
            "A winter reading room in a township school",
            "学校把空置教室改为书屋，寒假每周开放三天，由教师和家长志愿者轮流值守。",
            "An empty classroom became a reading room, open three days a week with teachers and parents on duty.",
        ),
    ),
    2: (
        (
            "news",
            "春季开学检查组走进校园",
            "Inspectors visit schools before the spring term",
            "检查组查看食堂、宿舍、教材到位和校舍安全情况，当场反馈问题并约定整改时间。",
            "Teams looked at canteens, dormitories, textbooks and buildings, and set days for putting things right.",
        ),
        (
            "notices",
            "关于春季学期开学时间的通知",
            "When the spring term begins",
            "全市中小学按校历统一开学，幼儿园可推迟一周，提前两天组织报到。",
            "Schools open by the common calendar; kindergartens may open a week later. Pupils report two days before.",
        ),
    ),
    3: (
        (
            "news",
            "全市义务教育优质均衡推进会召开",
            "Conference on balanced compulsory education",
            "会议通报各县进展，明确今年新增学位、教师交流和薄弱学校改造三项重点。",
            "Counties reported; new school places, teacher exchange and weak schools are this year's three tasks.",
        ),
        (
            "school-news",
            "小学生和家长一起种下班级树",
            "Pupils and parents plant a tree for each class",
            "植树节当天，三十个班级认领了校园里的小树，并记录它们一年的变化。",
            "Thirty classes adopted a young tree on Arbour Day and will record how it changes in a year.",
        ),
        (
            "notices",
            "关于开展中小学体质健康抽测的通知",
            "Sample tests of pupils' fitness",
            "抽测结果只用于改进体育教学，不对学生排名，学校不得提前组织集训。",
            "Results serve better teaching; pupils are not ranked and schools may not drill for the test.",
        ),
    ),
    4: (
        (
            "news",
            "校园阅读月活动启动",
            "Reading month begins",
            "全市学校开放图书馆和阅览室，鼓励每班每周安排一节自由阅读课。",
            "Libraries open longer, and every class is to have one lesson of free reading a week.",
        ),
        (
            "notices",
            "关于清明节放假和实践活动安排的通知",
            "Holiday and outings at the Tomb-Sweeping Festival",
            "外出实践活动须提前报备，按照一车一预案落实交通安全措施。",
            "Outings are announced beforehand, with a safety plan for each coach.",
        ),
    ),
    5: (
        (
            "news",
            "学前教育宣传月走进社区",
            "Preschool month in the neighbourhoods",
            "幼儿园教师走进社区讲解入园准备，倡导家长不攀比、不提前学小学内容。",
            "Teachers explained how to prepare for kindergarten, without drilling and without comparing children.",
        ),
        (
            "school-news",
            "校园足球联赛小学组开赛",
            "Primary schools begin their football league",
            "二十四支球队参赛，每队至少有四名女生，比赛在周末分片进行。",
            "Twenty-four teams, each with at least four girls, play at weekends in four districts.",
        ),
        (
            "admission",
            "义务教育阶段招生入学政策问答",
            "Questions on admission to compulsory schools",
            "适龄儿童免试就近入学，随迁子女凭居住证入学，公办民办学校同步招生。",
            "Children go to a school nearby without tests; a residence permit suffices for children who moved here.",
        ),
    ),
    6: (
        (
            "news",
            "高考中考护考工作有序进行",
            "Everything in order for the summer examinations",
            "教育、公安、供电等部门联合保障，考点周边限时禁鸣，设置考生爱心服务点。",
            "Authorities worked together: quiet streets at the centres and help points for candidates.",
        ),
        (
            "notices",
            "关于加强暑期防溺水工作的通知",
            "Preventing drowning in summer",
            "各校开展全覆盖提醒，联合乡镇在危险水域设置警示牌和救生器材。",
            "All pupils are warned; signs and rescue gear stand at dangerous waters.",
        ),
        (
            "admission",
            "小学一年级新生报名所需材料",
            "Papers for first-year pupils",
            "携带户口簿、房产或居住证明、预防接种证，网上核验通过的无需再提交纸质材料。",
            "Bring the household register, proof of home and the vaccination card; what was verified online is enough.",
        ),
    ),
    7: (
        (
            "news",
            "暑期教师培训集中开班",
            "Summer courses for teachers",
            "今年的培训以新课标、信息技术和心理健康为主，乡村教师名额占四成。",
            "New curriculum, digital teaching and mental health; four places in ten go to village teachers.",
        ),
        (
            "recruitment",
            "公开招聘中小学教师公告",
            "Teachers wanted for primary and secondary schools",
            "面向社会公开招聘，报名、笔试、面试和体检时间见附件，不收取任何费用。",
            "An open competition: dates of registration, tests and medical check are in the plan. It costs nothing.",
        ),
    ),
    8: (
        (
            "news",
            "新建改扩建学校暑期完工",
            "School buildings finished over the summer",
            "新增学位将在秋季投入使用，室内空气检测合格后方可启用。",
            "The new places open in autumn, once the air inside has been tested.",
        ),
        (
            "notices",
            "关于秋季开学工作的通知",
            "How schools open this autumn",
            "八月三十一日报到，九月一日正式上课，严禁将学生分班与考试成绩挂钩。",
            "Pupils report on 31 August, lessons begin on 1 September. No class is formed by marks.",
        ),
    ),
    9: (
        (
            "news",
            "庆祝教师节座谈会举行",
            "Teachers' Day",
            "来自城乡学校的教师代表发言，市教育局为从教三十年的乡村教师颁发纪念章。",
            "Teachers from towns and villages spoke; those with thirty years in villages received a medal.",
        ),
        (
            "school-news",
            "新生第一课：认识校园里的标识",
            "First lesson: the signs of the school",
            "高年级学生带着一年级新生走完一圈，认识疏散通道和求助电话。",
            "Older pupils walked the newcomers round: exits, meeting points and whom to call.",
        ),
        (
            "notices",
            "关于课后服务收费公示的通知",
            "Fees of after-school care must be posted",
            "各校在校门口和网上公示服务内容、时间和收费标准，家长自愿选择。",
            "Schools post content, hours and fees at the gate and online; taking part is voluntary.",
        ),
    ),
    10: (
        (
            "news",
            "全市中小学生艺术节开幕",
            "Arts festival of the city's schools",
            "合唱、戏曲、剪纸等十二个项目展演，乡村学校节目占三分之一。",
            "Twelve kinds of performances, a third of them from village schools.",
        ),
        (
            "recruitment",
            "教师资格认定工作公告",
            "Certification of teachers this autumn",
            "网上报名后到现场确认，需要的材料和时间地点见正文。",
            "Register online, then confirm in person; papers, days and places are in the text.",
        ),
    ),
    11: (
        (
            "news",
            "冬季取暖和校车安全专项检查展开",
            "Heating and school buses are inspected",
            "检查覆盖全部寄宿制学校和校车，发现问题逐项登记、限期整改。",
            "All boarding schools and buses are covered; each fault is listed and has a day to be mended.",
        ),
        (
            "notices",
            "关于做好低温雨雪天气应对工作的通知",
            "Snow and frost: what schools do",
            "遇恶劣天气可调整到校时间，停课须同时通知家长并安排线上答疑。",
            "Schools may begin later; if lessons are cancelled, parents are told at once and teachers are online.",
        ),
        (
            "school-news",
            "学生食堂开放日请家长来吃饭",
            "Parents eat in the school canteen",
            "家长查看食材验收、留样和菜谱，现场提出的十七条建议已逐条答复。",
            "Parents saw deliveries, samples and menus. All seventeen suggestions were answered.",
        ),
    ),
    12: (
        (
            "news",
            "年度教育质量监测结果发布会召开",
            "This year's monitoring of school quality",
            "监测关注学习负担、睡眠和视力，不公布学校排名。",
            "It looks at workload, sleep and eyesight; no school is ranked.",
        ),
        (
            "notices",
            "关于元旦放假安排的通知",
            "New Year holiday",
            "按国家规定放假，值班安排同时公布，校园大型活动须提前报批。",
            "Schools close by the national calendar; larger events need approval.",
        ),
    ),
}

# Every month, with its name in front.
MONTHLY: tuple[Line, ...] = (
    (
        "news",
        "{zh}校园安全检查情况通报",
        "School safety in {en}",
        "本月检查学校和幼儿园六十所，发现的问题已建立台账并明确整改责任人和时限。",
        "Sixty schools and kindergartens were visited; each fault has somebody in charge and a day.",
    ),
    (
        "news",
        "{zh}教育局长接待日安排公布",
        "When the director receives visitors in {en}",
        "每月第二个星期三上午接待来访，可提前在网上预约，来访事项限期答复。",
        "On the second Wednesday morning; appointments can be made online and matters are answered in time.",
    ),
    (
        "policy",
        "一图读懂：{zh}实施的教育惠民措施",
        "In one page: what is new for families in {en}",
        "学生资助、课后服务和营养改善等措施的对象、标准和申请办法。",
        "Who receives aid, after-school care and school meals, how much, and how to apply.",
    ),
)

# Days before or after today on which the objections end; the page stands since ten days before that.
NOTICES: tuple[tuple[int, str, str, str, str], ...] = (
    (
        6,
        "拟表彰优秀教师和教育工作者名单公示",
        "Teachers to be honoured: open to objections",
        "经学校推荐、县级审核、市级评审，现将拟表彰情况予以公示。名单由各学校在校内公布。",
        "After proposals and two reviews, this is what is intended. Each school posts the names of its own people.",
    ),
    (
        -40,
        "中小学教师职称评审通过人员公示",
        "Teachers' titles: open to objections",
        "评审委员会已完成评审，结果在申报人所在学校公示，公示期内可以提出异议。",
        "The committee has decided; results are posted at the schools and objections are open for some days.",
    ),
    (
        -120,
        "拟认定市级示范幼儿园公示",
        "Kindergartens to be recognised: open to objections",
        "经实地评估，拟认定八所幼儿园为市级示范幼儿园，现予公示。",
        "After visits, eight kindergartens are to be recognised as models of the city.",
    ),
    (
        -210,
        "教育专项资金拟支持项目公示",
        "Projects to be supported: open to objections",
        "按照申报、评审和集体研究程序，拟支持薄弱学校改造项目二十一个。",
        "By application, review and joint decision, twenty-one projects for weak schools are to be supported.",
    ),
)
ABOUT = (
    "（演示内容：人物、学校和数字均为虚构。）",
    "(For demonstration: people, schools and figures are invented.)",
)
MONTHS_ZH = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
MONTHS_EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
# What still waits, by its status; and one that was taken back.
WAITING: tuple[tuple[str, Line], ...] = (
    (
        "draft",
        (
            "admission",
            "转学手续办理指南",
            "How to change schools",
            "先联系转入学校，再由两校在学籍系统中办理，家长不必往返盖章。",
            "Ask the new school first; the two schools do the rest in the register.",
        ),
    ),
    (
        "first_review",
        (
            "news",
            "课间十五分钟：让孩子走出教室",
            "Fifteen minutes outside",
            "各校调整课间时长，操场和走廊分时分区开放，雨雪天安排室内活动。",
            "Breaks are longer; yards and corridors are shared by time and place.",
        ),
    ),
    (
        "second_review",
        (
            "school-news",
            "科普大篷车开进山村小学",
            "A science van comes to a mountain school",
            "学生动手体验声光电实验，教师带走可以重复使用的实验箱。",
            "Pupils tried sound, light and electricity; teachers kept boxes for later lessons.",
        ),
    ),
    (
        "final_review",
        (
            "notices",
            "关于开展校园欺凌防治专项行动的通知",
            "Against bullying at school",
            "各校公布举报电话，接到反映当日处理，保护反映人信息。",
            "Schools post a number, act the same day and protect whoever reports.",
        ),
    ),
    (
        "approved",
        (
            "news",
            "乡村教师周转宿舍交付使用",
            "Homes for village teachers",
            "今年新建的宿舍通水通电通网，优先安排跨县交流教师。",
            "The new homes have water, power and internet; teachers from other counties come first.",
        ),
    ),
    (
        "scheduled",
        (
            "notices",
            "关于期末考试时间安排的通知",
            "When the term's examinations take place",
            "义务教育学校每学期组织一次期末考试，小学一、二年级不进行纸笔考试。",
            "One examination a term; the first two years have none on paper.",
        ),
    ),
    (
        "withdrawn",
        (
            "notices",
            "关于调整课后服务时间的通知",
            "New hours of after-school care",
            "自下周起调整课后服务结束时间，具体安排由学校通知家长。",
            "After-school care ends at other hours from next week; schools tell the parents.",
        ),
    ),
)
# The newest pages with pictures: texts, then (scene, its words in both languages).
PICTURED: tuple[tuple[Line, tuple[tuple[str, str, str], ...]], ...] = (
    (
        (
            "news",
            "全市教育重点工程建设进展顺利",
            "New schools take shape",
            "六所新建学校主体完工，操场和绿化同步推进，秋季将增加学位四千个。",
            "Six new schools stand; yards and gardens follow. Four thousand places are added in autumn.",
        ),
        (
            ("school", "教学楼前的操场，远处是山", "A school with its yard, hills behind"),
            ("bus", "一辆黄色校车停在路边", "A yellow school bus at the roadside"),
        ),
    ),
    (
        (
            "school-news",
            "流动图书箱送书到村小",
            "Boxes of books travel to village schools",
            "每箱一百册，按学期轮换，由高年级学生担任小管理员。",
            "A hundred books in each box, exchanged every term; older pupils look after them.",
        ),
        (("books", "书架上摆放着彩色的图书", "Colourful books on a shelf"),),
    ),
)
