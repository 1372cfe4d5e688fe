"""Fields of what happened: transactions, balances, holdings, events."""

from __future__ import annotations

from regulars.server.intake.reader.fields.spec import FieldSpec, KindSpec

CUSTOMER = FieldSpec(
    "customer_id",
    "id",
    "Customer number",
    "客户编号",
    "customer_number customer_no customer cust_id cust_no client_id member_id member_no "
    "user_id buyer_id household_id cif cif_no party_id 客户号 客户id 客户代码 客户编码 客户 "
    "核心客户号 会员号 会员编号 会员id 会员卡号 用户id 用户编号 买家id 户号",
    "The number by which the company knows the customer. Kept as text, zeros included.",
    "企业内部识别客户的编号。按文本保存，保留前导零。",
    required=True,
)
PRODUCT = FieldSpec(
    "product_id",
    "id",
    "Product code",
    "产品代码",
    "product product_code product_no sku sku_id stock_code item_id item_code article upc "
    "产品编号 产品号 产品 商品编码 商品编号 商品代码 商品id 货号",
    "Code of the product in the catalogue.",
    "产品目录中的代码。",
)
EXTERNAL = FieldSpec(
    "external_id",
    "id",
    "Record number",
    "记录编号",
    "external_number source_id record_id row_id transaction_id trans_id txn_id serial_no "
    "流水号 交易流水号 交易流水 交易号 外部编号 记录号 记录id 明细编号",
    "The row's own number in the source system. Two rows with the same number, customer and "
    "kind are one row.",
    "该行在源系统中的唯一编号。编号、客户和类型都相同的两行视为同一行。",
)

TRANSACTIONS = KindSpec(
    "transactions",
    "Transactions",
    "交易",
    (
        CUSTOMER,
        FieldSpec(
            "occurred_at",
            "moment",
            "Time",
            "交易时间",
            "occurred date datetime time timestamp order_date order_time invoice_date "
            "purchase_date transaction_date transaction_time transaction_timestamp "
            "trans_date txn_date paid_at created_at 交易日期 日期 时间 订单日期 订单时间 "
            "下单时间 下单日期 支付时间 付款时间 消费时间 消费日期 购买日期 购买时间 "
            "发生日期 发生时间 记账日期 入账日期 成交时间 创建时间",
            "When it happened, in the company's local time unless the text carries an offset.",
            "发生时间。未注明时区时按企业所在时区理解。",
            required=True,
            ahead=1,
        ),
        FieldSpec(
            "amount",
            "money",
            "Amount",
            "金额",
            "sales_value sales total total_amount order_amount transaction_amount "
            "trans_amount paid_amount payment revenue price_total dollar_value net_amount "
            "交易金额 订单金额 实付金额 实付 支付金额 付款金额 消费金额 成交金额 销售额 "
            "销售金额 发生额 总金额 合计 总价",
            "In the company's currency. Negative means a refund. May be left out when quantity "
            "and unit price are there.",
            "以企业记账币种表示，负数表示退款。有数量和单价时可以省略。",
        ),
        FieldSpec(
            "quantity",
            "number",
            "Quantity",
            "数量",
            "qty count units pieces number_of_items 件数 购买数量 销售数量 商品数量 份数",
            "Pieces or weight. Negative means a return.",
            "件数或重量，负数表示退货。",
        ),
        FieldSpec(
            "unit_price",
            "number",
            "Unit price",
            "单价",
            "price item_price selling_price 价格 销售单价 成交单价 商品单价",
            "Price of one piece. A price of 0 makes the row an adjustment, not a sale.",
            "每件价格。单价为 0 的行记为调整，不算销售。",
        ),
        FieldSpec(
            "order_id",
            "id",
            "Order number",
            "订单号",
            "order order_no order_number invoice invoice_no invoice_number receipt basket_id "
            "bill_no ticket_no 订单编号 订单id 单号 小票号 发票号 账单号 票据号",
            "Rows with one order number are one purchase. C before digits, with a negative "
            "quantity, is a cancellation.",
            "订单号相同的行属于同一次购买。以 C 开头、后接数字且数量为负的是取消单。",
        ),
        PRODUCT,
        FieldSpec(
            "category",
            "text",
            "Category",
            "品类",
            "product_category department 类别 分类 商品分类 商品类别 产品类别 产品分类 部门",
            "Category of the product.",
            "产品所属类别。",
        ),
        FieldSpec(
            "channel",
            "text",
            "Channel",
            "渠道",
            "sales_channel order_channel platform 交易渠道 销售渠道 订单来源 平台",
            "Where the customer acted: branch, app, phone, shop.",
            "客户办理业务的途径，例如网点、手机银行、电话、门店。",
        ),
        FieldSpec(
            "branch",
            "id",
            "Branch",
            "网点",
            "branch_id branch_code branch_no store store_id store_no shop shop_id outlet "
            "支行 机构 机构号 机构编号 机构代码 网点号 网点编号 门店 门店编号 门店号 店铺",
            "Code of the branch or shop.",
            "网点或门店的编号。",
        ),
        FieldSpec(
            "kind",
            "choice",
            "Kind of transaction",
            "交易类型",
            "type transaction_type trans_type txn_type business_type 类型 业务类型 摘要 "
            "交易种类 交易类别 收支类型",
            "purchase, refund, deposit, withdrawal and so on. Where it is empty, the sign "
            "decides: negative is a refund.",
            "购买、退货、存入、支取等。为空时按正负号判断，负数为退款。",
            choices="transaction_kind",
        ),
        FieldSpec(
            "cost",
            "money",
            "Cost",
            "成本",
            "cost_amount cogs 成本金额 进货成本 成本价合计",
            "What the goods or the service cost the company, for the whole row.",
            "这一行商品或服务的总成本。",
        ),
        EXTERNAL,
    ),
    one_of=(("amount",), ("quantity", "unit_price")),
)

BALANCES = KindSpec(
    "balances",
    "Balances",
    "余额",
    (
        CUSTOMER,
        FieldSpec(
            "on",
            "date",
            "Day",
            "日期",
            "date day balance_date as_of data_date stat_date business_date 余额日期 数据日期 "
            "统计日期 业务日期 账务日期",
            "The day at whose end the balance stood.",
            "余额所属日期，即当日日终。",
            required=True,
            ahead=1,
        ),
        FieldSpec(
            "account_id",
            "id",
            "Account number",
            "账号",
            "account account_no account_number acct_no card_no 账户 账户号 账户编号 卡号 "
            "账户id",
            "One customer may have several.",
            "一个客户可以有多个账户。",
        ),
        PRODUCT,
        FieldSpec(
            "balance",
            "money",
            "Balance",
            "余额",
            "amount balance_amount eod_balance closing_balance aum 账户余额 日终余额 期末余额 "
            "当前余额 余额金额 时点余额",
            "At the end of the day, in the company's currency.",
            "日终余额，以企业记账币种表示。",
            required=True,
        ),
        EXTERNAL,
    ),
)

HOLDINGS = KindSpec(
    "holdings",
    "Holdings",
    "持有",
    (
        CUSTOMER,
        FieldSpec(
            "holding_id",
            "id",
            "Holding number",
            "持有编号",
            "holding contract contract_no contract_id policy_no deposit_no certificate_no "
            "loan_no 合同号 合同编号 保单号 存单号 借据号 持仓编号 协议号",
            "Number of the contract, policy or certificate. Where it is empty, product and "
            "opening day stand for it.",
            "合同、保单或存单编号。为空时以产品加开立日期代替。",
        ),
        FieldSpec(
            PRODUCT.name,
            PRODUCT.type,
            PRODUCT.en,
            PRODUCT.zh,
            PRODUCT.synonyms,
            PRODUCT.about_en,
            PRODUCT.about_zh,
            required=True,
        ),
        FieldSpec(
            "opened_on",
            "date",
            "Opened on",
            "开立日期",
            "opened open_date start_date value_date issue_date purchase_date effective_date "
            "起息日 开户日期 起始日期 购买日期 生效日期 放款日期 投保日期",
            "First day of the holding.",
            "持有的第一天。",
            ahead=1,
        ),
        FieldSpec(
            "matures_on",
            "date",
            "Matures on",
            "到期日期",
            "matures maturity maturity_date due_date end_date expiry_date expires_on 到期日 "
            "终止日期 满期日 截止日期",
            "Day of maturity. 9999-12-31 means none.",
            "到期日。9999-12-31 表示没有到期日。",
        ),
        FieldSpec(
            "closed_on",
            "date",
            "Closed on",
            "结清日期",
            "closed close_date closing_date redeemed_on 销户日期 赎回日期 结清日 退保日期 "
            "关闭日期",
            "Day on which the customer gave it up, before or at maturity.",
            "客户结束持有的日期。",
        ),
        FieldSpec(
            "amount",
            "money",
            "Amount",
            "金额",
            "principal balance holding_amount market_value premium face_amount 本金 持有金额 "
            "持仓金额 保费 保额 贷款余额 份额市值 市值",
            "Principal, market value or premium, in the company's currency.",
            "本金、市值或保费，以企业记账币种表示。",
        ),
        FieldSpec(
            "known_at",
            "moment",
            "Known at",
            "数据时间",
            "known updated_at update_time modified_at snapshot_at 更新时间 修改时间 数据日期 "
            "采集时间",
            "When the source system knew this version; the latest one counts. Left out: the "
            "time of the import.",
            "源系统得知该版本的时间，以最新者为准。省略时取导入时间。",
            ahead=1,
        ),
    ),
)

EVENTS = KindSpec(
    "events",
    "Events",
    "事件",
    (
        CUSTOMER,
        FieldSpec(
            "occurred_at",
            "moment",
            "Time",
            "发生时间",
            "occurred date datetime time timestamp event_time event_date 时间 日期 事件时间 "
            "事件日期 发生日期 登录时间",
            "When it happened, in local time unless the text carries an offset.",
            "发生时间。未注明时区时按企业所在时区理解。",
            required=True,
        ),
        FieldSpec(
            "kind",
            "text",
            "Kind of event",
            "事件类型",
            "event event_name event_type type action 事件 事件名称 类型 行为 行为类型",
            "A short name such as login, activation, visit, mileage.",
            "简短名称，例如登录、激活、到店、里程。",
            required=True,
        ),
        FieldSpec(
            "ref",
            "id",
            "Reference",
            "关联编号",
            "reference object_id target target_id page 关联对象 关联id 对象编号 页面",
            "What it was about: an account, a page, a vehicle.",
            "事件涉及的对象，例如账户、页面、车辆。",
        ),
        FieldSpec(
            "value",
            "number",
            "Value",
            "数值",
            "amount number measure 值 次数 里程 分值",
            "A measured number, such as the mileage.",
            "事件的数值，例如里程。",
        ),
        EXTERNAL,
    ),
)
