"""Words that names and addresses are made of, with their pinyin.

Surname weights are per cent, close to those of a county south of the Yangtze; given names
go by generation, because 建国 was not born in 2005.
"""

_SURNAMES = """
王:Wang:7.2 李:Li:7.1 张:Zhang:6.7 陈:Chen:5.6 刘:Liu:4.3 沈:Shen:3.1
周:Zhou:3.0 吴:Wu:2.9 徐:Xu:2.8 朱:Zhu:2.5 陆:Lu:2.2 顾:Gu:2.0
钱:Qian:1.8 孙:Sun:1.8 杨:Yang:2.4 黄:Huang:1.8 赵:Zhao:1.5 许:Xu:1.5
蒋:Jiang:1.4 何:He:1.2 马:Ma:1.1 胡:Hu:1.3 郭:Guo:0.9 林:Lin:1.1
高:Gao:1.0 罗:Luo:0.7 郑:Zheng:0.9 梁:Liang:0.4 谢:Xie:0.8 宋:Song:0.7
唐:Tang:0.9 邓:Deng:0.4 韩:Han:0.5 冯:Feng:0.7 曹:Cao:0.9 彭:Peng:0.4
曾:Zeng:0.3 肖:Xiao:0.4 田:Tian:0.3 董:Dong:0.5 潘:Pan:0.9 袁:Yuan:0.7
蔡:Cai:0.8 余:Yu:0.5 于:Yu:0.5 杜:Du:0.4 叶:Ye:0.7 程:Cheng:0.5
魏:Wei:0.5 苏:Su:0.5 吕:Lv:0.5 丁:Ding:0.8 任:Ren:0.4 卢:Lu:0.4
姚:Yao:0.7 崔:Cui:0.3 钟:Zhong:0.5 谭:Tan:0.3 汪:Wang:0.5 范:Fan:0.5
金:Jin:0.7 石:Shi:0.4 廖:Liao:0.2 贾:Jia:0.2 夏:Xia:0.5 方:Fang:0.6
邹:Zou:0.4 熊:Xiong:0.2 白:Bai:0.3 孟:Meng:0.2 秦:Qin:0.4 邱:Qiu:0.4
江:Jiang:0.3 尹:Yin:0.2 薛:Xue:0.3 闫:Yan:0.2 段:Duan:0.1 雷:Lei:0.1
侯:Hou:0.2 龙:Long:0.1 史:Shi:0.3 陶:Tao:0.4 贺:He:0.2 毛:Mao:0.3
郝:Hao:0.1 龚:Gong:0.3 邵:Shao:0.5 万:Wan:0.2 严:Yan:0.3 戴:Dai:0.4
施:Shi:0.5 华:Hua:0.2 童:Tong:0.2 章:Zhang:0.3 俞:Yu:0.5 费:Fei:0.2
柳:Liu:0.1 殷:Yin:0.2 浦:Pu:0.1 凌:Ling:0.2 欧阳:Ouyang:0.05
诸葛:Zhuge:0.02 上官:Shangguan:0.02
"""

_PINYIN = """
一:yi 世:shi 东:dong 丹:dan 丽:li 云:yun 亚:ya 伟:wei 佳:jia 俊:jun 倩:qian
兰:lan 兴:xing 军:jun 冬:dong 凤:feng 凯:kai 刚:gang 勇:yong 华:hua 博:bo
卫:wei 可:ke 君:jun 嘉:jia 国:guo 天:tian 妍:yan 妹:mei 娜:na 娟:juan 娣:di
娥:e 婷:ting 子:zi 学:xue 宁:ning 宇:yu 宝:bao 家:jia 宸:chen 小:xiao 山:shan
峰:feng 巧:qiao 帅:shuai 平:ping 庆:qing 建:jian 强:qiang 彤:tong 德:de
志:zhi 忠:zhong 思:si 怡:yi 悦:yue 惠:hui 慧:hui 成:cheng 才:cai 振:zhen
敏:min 文:wen 斌:bin 新:xin 明:ming 春:chun 晓:xiao 晨:chen 晴:qing 月:yue
杰:jie 林:lin 树:shu 根:gen 桂:gui 桐:tong 梅:mei 梓:zi 梦:meng 欣:xin
正:zheng 民:min 永:yong 汉:han 泉:quan 波:bo 泽:ze 洁:jie 浩:hao 海:hai
涛:tao 涵:han 淑:shu 清:qing 然:ran 熙:xi 燕:yan 爱:ai 玉:yu 玲:ling 珍:zhen
珠:zhu 琪:qi 琳:lin 琴:qin 瑶:yao 生:sheng 田:tian 睿:rui 磊:lei 祥:xiang
福:fu 秀:xiu 立:li 素:su 红:hong 美:mei 翠:cui 航:hang 良:liang 艳:yan 芬:fen
花:hua 芳:fang 若:ruo 英:ying 荣:rong 莲:lian 莹:ying 菊:ju 萍:ping 萱:xuan
诗:shi 语:yu 豪:hao 财:cai 贵:gui 超:chao 轩:xuan 辉:hui 金:jin 鑫:xin
长:chang 阿:a 雅:ya 雨:yu 雪:xue 雯:wen 霞:xia 静:jing 颖:ying 飞:fei
香:xiang 鹏:peng 龙:long
"""

_TOWNS = """
柳溪:Liuxi 双塔:Shuangta 石桥:Shiqiao 白鹭:Bailu 梅堰:Meiyan 东浦:Dongpu
青墩:Qingdun 竹溪:Zhuxi 沙洲:Shazhou 渔汀:Yuting 荷塘:Hetang 枫林:Fenglin
松坡:Songpo 南渡:Nandu 北津:Beijin 安和:Anhe 永兴:Yongxing 桃源:Taoyuan
新河:Xinhe 长堤:Changdi 古井:Gujing 银杏:Yinxing 茶亭:Chating 横山:Hengshan
太平:Taiping 芦荡:Ludang 菱塘:Lingtang 莲花:Lianhua 稻香:Daoxiang 鹤溪:Hexi
鹿鸣:Luming 凤栖:Fengqi 龙潭:Longtan 虎山:Hushan 马墩:Madun 金坡:Jinpo
银湾:Yinwan 铜井:Tongjing 铁桥:Tieqiao 锡墩:Xidun 瓦屋:Wawu 砖桥:Zhuanqiao
窑头:Yaotou 盐仓:Yancang 油坊:Youfang 米市:Mishi 布厂:Buchang 丝行:Sihang
桑园:Sangyuan 棉丰:Mianfeng 麦垄:Mailong 禾丰:Hefeng 秋浦:Qiupu 春台:Chuntai
夏泽:Xiaze 冬青:Dongqing 晴川:Qingchuan 雨亭:Yuting 云岭:Yunling 霞湾:Xiawan
星桥:Xingqiao 月河:Yuehe
"""

SURNAMES = tuple(
    (han, pinyin, float(weight))
    for han, pinyin, weight in (entry.split(":") for entry in _SURNAMES.split())
)
PINYIN = dict(entry.split(":") for entry in _PINYIN.split())
TOWNS = tuple((han, pinyin) for han, pinyin in (entry.split(":") for entry in _TOWNS.split()))

# Generations begin here: born before 1955, 1955-69, 1970-84, 1985-99, since 2000.
GENERATIONS = (1955, 1970, 1985, 2000)

# (female, generation): first characters, second characters, names of one character.
GIVEN = {
    (False, 0): ("德福永国世长文金玉树兴学荣根阿", "明生林根海财贵宝祥才山田清泉华", ""),
    (True, 0): ("秀桂玉凤金素月兰淑菊翠巧", "英珍兰芳凤花娣梅莲妹香琴云娥", ""),
    (False, 1): ("建国志卫永海新文爱春庆汉明正", "国军华平民强明东林良生成忠新伟根", ""),
    (True, 1): ("秀爱玉丽美桂春红惠亚小雪月", "英珍芳萍华琴娟珠红兰芬凤霞", ""),
    (False, 2): (
        "志建文海永晓国立学小振",
        "强明军峰华平辉勇斌东刚伟",
        "军勇伟强斌峰涛辉刚波杰明鹏俊磊",
    ),
    (True, 2): (
        "晓丽海小雪春红美冬玉",
        "燕红霞芳萍娟琴丽英华敏玲梅",
        "丽燕芳敏静霞艳娟玲萍红琴",
    ),
    (False, 3): (
        "俊文志嘉天佳子晓明家博",
        "杰豪辉伟斌龙涛鹏宇峰浩凯文",
        "超鹏杰浩磊凯鑫宇俊帅飞晨",
    ),
    (True, 3): ("雅梦佳婷晓思雨文慧丽若", "婷洁琪敏雯怡莹君倩娜瑶晴", "婷静倩雪莹丹颖琳洁佳"),
    (False, 4): ("子浩宇俊梓博家嘉一天", "轩涵豪然宇杰泽熙文睿航宸", ""),
    (True, 4): ("子欣梓雨诗佳思可语一", "涵怡萱琪妍彤瑶悦桐欣宁", ""),
}
