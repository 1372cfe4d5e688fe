"""Fields of what we keep on record: customers, products, people."""

from __future__ import annotations

from regulars.server.intake.reader.fields.spec import FieldSpec, KindSpec

_CHANNELS = tuple(
    FieldSpec(
        f"consent_{channel}",
        "yes_no",
        f"Consent to {en}",
        f"同意{zh}",
        synonyms,
        f"Whether the customer agreed to be contacted by {en}. Empty means not asked.",
        f"客户是否同意接收{zh}。为空表示未询问。",
    )
    for channel, en, zh, synonyms in (
        (
            "sms",
            "SMS",
            "短信",
            "sms_consent sms_opt_in 短信同意 短信授权 接收短信 是否同意短信",
        ),
        (
            "call",
            "phone calls",
            "电话",
            "call_consent phone_consent 电话同意 电话授权 接听电话 外呼同意",
        ),
        ("wecom", "WeCom", "企业微信", "wecom_consent 企微同意 同意企微 企业微信同意 企微授权"),
        ("email", "e-mail", "邮件", "email_consent email_opt_in 邮件同意 邮件授权 接收邮件"),
    )
)
CONSENTS = (
    *_CHANNELS,
    FieldSpec(
        "consent_evidence",
        "text",
        "Proof of consent",
        "同意依据",
        "consent_proof evidence consent_reference consent_source 同意凭证 授权依据 授权凭证 "
        "授权书编号 同意书编号 同意证明 授权来源",
        "Where the proof lies: the number of a form, a recording, a log. Every yes needs one.",
        "凭证在何处：同意书编号、录音或日志。每个“是”都需要。",
    ),
    FieldSpec(
        "consent_at",
        "moment",
        "Consent given on",
        "同意时间",
        "consent_date consent_on consent_time opt_in_date 授权时间 同意日期 授权日期",
        "When the customer said so. Without it a yes does not lift a no on file.",
        "客户何时表示。没有时间的“是”不会取代已登记的“否”。",
        ahead=1,
    ),
)

CUSTOMERS = KindSpec(
    "customers",
    "Customers",
    "客户",
    (
        FieldSpec(
            "number",
            "id",
            "Customer number",
            "客户编号",
            "customer_id customer_number customer_no cust_id cust_no client_id member_id "
            "member_no user_id cif cif_no account_id contact_id record_id id uid 客户号 客户id "
            "客户代码 客户编码 核心客户号 会员号 会员编号 会员卡号 用户id 用户编号 编号 户号",
            "The number by which the company knows the customer; once per file.",
            "企业内部识别客户的编号，文件中不得重复。",
            required=True,
        ),
        FieldSpec(
            "kind",
            "choice",
            "Person or organization",
            "客户类型",
            "customer_type customer_kind type 客户类别 客户性质 类型 对公对私",
            "person or organization; person where it is empty.",
            "个人或机构，为空时按个人处理。",
            choices="customer_kind",
        ),
        FieldSpec(
            "name",
            "text",
            "Name",
            "姓名",
            "customer_name full_name fn account_name company company_name 客户名称 客户姓名 "
            "名称 会员姓名 公司名称 企业名称 单位名称 户名",
            "Name of the person or the organization.",
            "个人姓名或机构名称。",
        ),
        FieldSpec(
            "gender",
            "choice",
            "Gender",
            "性别",
            "sex 客户性别",
            "male, female or unknown.",
            "男、女或未知。",
            choices="gender",
        ),
        FieldSpec(
            "birth_date",
            "date",
            "Date of birth",
            "出生日期",
            "birthday bday birthdate date_of_birth dob 生日 出生年月日 公历生日 阳历生日",
            "In the solar calendar, from 1900 until today.",
            "公历日期，1900 年至今日。",
            ahead=0,
        ),
        FieldSpec(
            "lunar_birthday",
            "lunar",
            "Lunar birthday",
            "农历生日",
            "lunar_birth_date x_lunar_bday 阴历生日 农历出生日期",
            "Month and day of the lunar calendar, such as 八月初五, 闰五月初一 or 08-05.",
            "农历月日，例如“八月初五”“闰五月初一”或 08-05。",
        ),
        FieldSpec(
            "phone",
            "phone",
            "Phone",
            "手机号",
            "mobile mobile_phone mobile_no phone_number telephone tel cell 手机 手机号码 电话 "
            "联系电话 电话号码 移动电话",
            "Kept as text.",
            "按文本保存。",
        ),
        FieldSpec(
            "email",
            "email",
            "E-mail",
            "邮箱",
            "e_mail mail email_address 电子邮箱 邮件 邮箱地址 电子邮件",
        ),
        FieldSpec(
            "id_number",
            "identity",
            "Identity number",
            "证件号码",
            "id_no identity_no id_card national_id certificate_no 身份证 身份证号 身份证号码 "
            "证件号 统一社会信用代码 社会信用代码",
            "Resident identity card or unified social credit code; the check digit must be "
            "right. Only the last four characters and a hash are kept.",
            "居民身份证号或统一社会信用代码，校验位须正确。只保存后四位和加密散列。",
        ),
        FieldSpec(
            "address",
            "text",
            "Address",
            "地址",
            "street adr mailing_address home_address 联系地址 通讯地址 家庭住址 住址 详细地址",
        ),
        FieldSpec(
            "occupation",
            "text",
            "Occupation",
            "职业",
            "job job_title profession title 职务 工作 行业",
        ),
        FieldSpec(
            "business_class",
            "choice",
            "Business class",
            "业务分类",
            "business_type customer_class 客户分类 业务类别 业务类型 对公分类 主要业务",
            "Of an organization: settlement, credit, relationship or channel.",
            "机构客户：结算、信贷、关系或渠道。",
            choices="business_class",
        ),
        FieldSpec(
            "org_unit",
            "id",
            "Branch",
            "所属机构",
            "branch branch_id branch_code org org_id store store_id 机构 机构号 机构编号 网点 "
            "网点编号 支行 门店 门店编号 归属机构 开户机构",
            "Code of the branch or shop that looks after the customer.",
            "负责该客户的网点或门店编号。",
        ),
        FieldSpec(
            "book",
            "id",
            "Relationship manager",
            "客户经理",
            "owner rm manager account_owner contact_owner book_id rm_id 管户 管户经理 归属人 "
            "负责人 客户经理工号 管户人 导购 所属员工",
            "User name of the relationship manager, or code of the book.",
            "客户经理的用户名或管户包编号。",
        ),
        FieldSpec(
            "since",
            "date",
            "Customer since",
            "成为客户日期",
            "customer_since open_date opened_on join_date joined_on register_date created_date "
            "create_date 开户日期 注册日期 注册时间 入会日期 入会时间 建档日期 创建时间",
            "First day as a customer.",
            "成为客户的第一天。",
        ),
        FieldSpec(
            "source",
            "text",
            "Source",
            "来源",
            "lead_source origin 客户来源 来源渠道 获客渠道",
            "How the customer came.",
            "客户从何而来。",
        ),
        FieldSpec(
            "preferred_channel",
            "choice",
            "Preferred channel",
            "偏好渠道",
            "preferred_contact channel_preference 首选渠道 偏好联系方式 首选联系方式",
            "sms, call, wecom, email or visit.",
            "短信、电话、企业微信、邮件或面访。",
            choices="contact_channel",
        ),
        FieldSpec("note", "text", "Note", "备注", "notes remark remarks comment 说明 附注"),
        *CONSENTS,
    ),
    identity=("number",),
)

PRODUCTS = KindSpec(
    "products",
    "Products",
    "产品",
    (
        FieldSpec(
            "code",
            "id",
            "Product code",
            "产品代码",
            "product_id product_code product_no sku stock_code item_code id 产品编号 商品编码 "
            "商品编号 商品代码 货号 编号 代码",
            "Once per file.",
            "文件中不得重复。",
            required=True,
        ),
        FieldSpec(
            "name",
            "text",
            "Name",
            "产品名称",
            "product product_name item_name title 名称 商品名称 品名",
            required=True,
        ),
        FieldSpec("name_en", "text", "English name", "英文名称", "english_name 产品英文名"),
        FieldSpec(
            "category",
            "text",
            "Category",
            "品类",
            "product_category department 类别 分类 产品类别 商品分类 商品类别",
        ),
        FieldSpec(
            "kind",
            "choice",
            "Kind",
            "产品类型",
            "type product_type product_kind 类型 业务种类",
            "deposit, wealth, fund, insurance, loan, card, payroll or goods.",
            "存款、理财、基金、保险、贷款、卡、代发或商品。",
            choices="product_kind",
        ),
        FieldSpec(
            "term_days",
            "whole",
            "Term in days",
            "期限（天）",
            "term term_in_days days 期限 期限天数 产品期限 天数",
        ),
        FieldSpec(
            "rate",
            "rate",
            "Rate in percent",
            "利率（%）",
            "interest_rate annual_rate yield 利率 年利率 收益率 年化收益率 业绩比较基准",
            "Percent a year: 3.85 and 3.85% are the same.",
            "年百分比，3.85 与 3.85% 相同。",
        ),
        FieldSpec(
            "risk_level",
            "choice",
            "Risk level",
            "风险等级",
            "risk product_risk 风险级别 产品风险等级",
            "R1 to R5.",
            "R1 至 R5。",
            choices="risk_level",
        ),
        FieldSpec(
            "yearly_margin",
            "rate",
            "Yearly margin in percent",
            "年利润率（%）",
            "margin margin_rate 利润率 年利差 利差 毛利率",
            "What one unit held for a year, or sold, leaves the company, in percent.",
            "每单位持有一年或售出后企业所得的百分比。",
        ),
    ),
    identity=("code",),
)

PEOPLE = KindSpec(
    "people",
    "People",
    "员工",
    (
        FieldSpec(
            "username",
            "id",
            "User name",
            "用户名",
            "user login employee_id employee_no staff_id staff_no 工号 员工号 员工编号 "
            "登录名 账号",
            "For signing in; once per file.",
            "用于登录，文件中不得重复。",
            required=True,
        ),
        FieldSpec(
            "name",
            "text",
            "Name",
            "姓名",
            "full_name employee_name staff_name 员工姓名 名称",
            required=True,
        ),
        FieldSpec(
            "role",
            "choice",
            "Role",
            "角色",
            "job position 岗位 职位 职务 用户角色",
            "rm, manager, leader, lobby_manager, marketer, analyst, administrator or auditor.",
            "客户经理、网点负责人、上级领导、大堂经理、营销人员、分析员、管理员或审计员。",
            choices="role",
        ),
        FieldSpec(
            "org_unit",
            "id",
            "Branch",
            "所属机构",
            "branch branch_id branch_code org org_id store 机构 机构号 机构编号 网点 网点编号 "
            "支行 部门 门店",
        ),
        FieldSpec(
            "email",
            "email",
            "E-mail",
            "邮箱",
            "e_mail mail email_address 电子邮箱 邮件 邮箱地址",
        ),
    ),
    identity=("username",),
)
