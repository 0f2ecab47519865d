"""Text to be shown as it is: nothing in it may mention, link, format, run, or turn what stands beside it."""

from itertools import chain

SLACK = (
    "<@U1>", "<@U024BE7LH|ana>", "<@W1>", "<!channel>", "<!here>", "<!here|x>", "<!everyone>", "<!group>",
    "<!subteam^S1>", "<!subteam^S1|@ml>", "<#C1>", "<#C1|general>", "<http://x.example|y>", "<https://x.example>",
    "<mailto:a@x.example|write>", "<tel:+15551234>", "<!date^0^{date_long} {time}|then>",
    "<!date^0^{date}^https://x.example|click>", "<javascript:alert(1)|x>", "<slack://open>", "*bold*", "_italic_",
    "~strike~", "`code`", "```fence```", "```\nfence\n```", "> quote", ">>> all of it\nis quoted", "&gt; quote",
    "• bullet", "*_~`all of them`~_*", "**", "* * *", "_ _", "a*b*c", "snake_case_name", "__init__", "*", "`", "~", "_",
    "x*bold*", "*bold*.", "(_italic_)", "＊bold＊", "＿italic＿", "｀code｀", "＞ quote", "*multi\nline*", ":tada:",
    ":+1::skin-tone-2:", ":white_check_mark:", "12:30:00", ":not an emoji:", "/lab task drop CHURN-1", "\\<@U1\\>",
    "<<@U1>>", "<@U1", "U1>", "<>", "<|>", "<!", "<@", "|", "^",
)  # fmt: skip
CHAT = (
    "@everyone", "@here", "@channel", "@ana", "#general", "<@1234>", "<@!1234>", "<@&1>", "<#1234>", "<t:0:R>",
    "<t:1700000000>", "<:party:1234>", "<a:party:1234>", "</lab task:1234>", "<id:guide>", "||spoiler||", "***both***",
    "**bold**", "__under__", "~~strike~~", "# heading", "### heading", "-# subtext", "- item", "1. item", "* item",
    "[x](https://x.example)", "[x](<https://x.example>)", "![x](https://x.example/i.png)", "[x](javascript:alert(1))",
    "[x]: https://x.example", "```py\nprint(1)\n```", "````", "~~~\nfence\n~~~", "---", "===", "| a | b |\n|---|---|",
    "https://x.example/a_b*c*d", "www.x.example", "x.example", "README.md", "ana@x.example", "http://127.0.0.1:8000",
    "http://[::1]/", "ftp://x.example", "discord.gg/abc", "steam://run/1",
)  # fmt: skip
MARKUP = (
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>", "<b>bold</b>", "<a href='javascript:alert(1)'>x</a>", "<!-- comment", "<![CDATA[x]]>",
    "<?php echo 1 ?>", "</textarea>", "<style>*{display:none}</style>", "<iframe src=//x.example>",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "&lt;",
    "&amp;lt;", "&amp;amp;", "&#60;b&#62;", "&#x3C;", "&nbsp;", "&", "&&", "&;", "&lt", "a < b > c & d", "R&D",
    "x&copy=1", "<", ">", "<<<", ">>>", "' onmouseover='alert(1)", "expression(alert(1))", "[red]rich[/red]", "[/]",
    "[link=https://x.example]x[/link]", "[bold", "\\[x]", ".. raw:: html", "\\newcommand{\\x}{y}", "$x^2$",
    "%3Cscript%3E",
)  # fmt: skip
CODE = (
    "{{7*7}}", "{% for x in y %}", "{# comment #}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{0}", "{}", "{", "}",
    "{date_short_pretty} {time}", "{text!r}", "{0.__class__}", "%s", "%(x)s", "%n%n%n", "%", "$HOME", "$(reboot)",
    "`reboot`", "; rm -rf /", "| cat", "&& true", "> /dev/null", "'; DROP TABLE tasks; --", "' OR '1'='1", "1; --",
    '{"type": "mrkdwn", "text": "<!channel>"}', '"}],"blocks":[', '"', "'", "''", '"""', "\\", "\\\\", "\\n", "\\u0000",
    "null", "undefined", "NaN", "true", "-0", "1e999", "0x10", "../../etc/passwd", "..\\..\\windows", "C:\\con",
    "/dev/null", "file:///etc/passwd", "//x.example", "s3://bucket/key", "=1+1", "@SUM(1)", "+1", "-1", "\t=1+1",
    "kind:data owner:@ana", "why:", "lab task show", "--help", "-", "—", "#label", "!important",
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
)  # fmt: skip
TERMINAL = (
    "\x1b[31mred\x1b[0m", "\x1b]8;;https://x.example\x07x\x1b]8;;\x07", "\x1b[2J", "\x1b]0;title\x07", "\x9b31m",
    "\x00", "a\x00b", "\x07", "\x08\x08\x08", "\x7f", "\x0b", "\x0c", "\x85", "one\rtwo", "one\r\ntwo", "one\u2028two",
    "one\u2029two",
)  # fmt: skip
UNSEEN = (
    "\u202eoverride", "\u202dright", "\u202aembedded", "\u202bembedded", "\u2066isolated", "\u2067isolated",
    "\u2068isolated", "\u202c", "\u2069", "a\u202eb\u202cc", "\u2067a\u202eb\u2069c", "\u202e" * 60, "\u2066" * 130,
    "\u200e\u200f\u061c", "zero\u200bwidth", "\u200b", "\u200b*bold*\u200b", "join\u200der", "non\u200cjoiner",
    "word\u2060joiner", "soft\u00adhyphen", "\ufeffbom", "\ufeff", "\u034f", "\u180e", "\u2800", "\u3164",
    "\u115f\u1160", "\uffa0", "\u00a0no\u00a0break", "\u2003em\u3000wide", "\ufff9note\ufffatext\ufffb", "\ufffd",
    "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff", "\ud7ff\ue000", "\ue000private", "\U000f0000private",
    "tag\U000e0041\U000e007f", "\ufe0f", "a\ufe00b", "\u20dd", "a\u20e3", "e\u0301", "\u0301",
    "Z\u0351\u036b\u0343\u032b", "x" + "\u0300" * 300, "\u0e33" * 20, "\u0f77", "\ufdfd", "\ufdfa", "\u1f80\u0345",
    "\u0130i\u0307", "ß", "\ufb01", "K\u212a", "A\u030a",
)  # fmt: skip
EMOJI = (
    "👍", "👍🏽", "👩‍🔬", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇵🇹", "🇵", "1️⃣", "☺", "☺️", "⚠", "⚠️", "‍", "👩‍", "🫠🫨", "©®™",
    "❤️‍🔥",
)  # fmt: skip
SCRIPTS = (
    "Ελληνικά", "Русский", "Հայերեն", "עברית", "العربية", "فارسی می‌خواهم", "اردو", "ܣܘܪܝܝܐ", "ދިވެހި", "हिन्दी",
    "বাংলা", "ਪੰਜਾਬੀ", "ગુજરાતી", "ଓଡ଼ିଆ", "தமிழ்", "తెలుగు", "ಕನ್ನಡ", "മലയാളം", "සිංහල", "ไทย", "ລາວ", "བོད་ཡིག",
    "မြန်မာ", "ქართული", "한국어", "አማርኛ", "ᏣᎳᎩ", "ᐃᓄᒃᑎᑐᑦ", "ᚠᚢᚦ", "ខ្មែរ", "ᠮᠣᠩᠭᠣᠯ", "日本語", "ひらがな",
    "カタカナ", "ｶﾀｶﾅ", "中文", "繁體", "ꦧꦱꦗꦮ", "ⵜⴰⵎⴰⵣⵉⵖⵜ", "𐤀𐤁𐤂", "𝔉𝔯𝔞𝔨𝔱𝔲𝔯", "𒀀𒁀", "𓀀𓁀", "ＦＵＬＬ", "ⓐⓑⓒ",
    "שלום *world* (a) 1", "a עברית b العربية c", "paypаl", "Ⅷ½²", "İstanbul ısı",
)  # fmt: skip
SHAPES = (
    " leading", "trailing ", "  two  ", "\ttab", " ", "\n", "\n\n\n", "a\n\n\n\nb", "\nfirst", "last\n",
    "one\ntwo\nthree", "a" * 4_000, "word " * 900, "&" * 1_500, "<" * 1_500, "*" * 1_500, "line\n" * 700, "\n" * 2_000,
    "😀" * 2_000, "👩‍🔬" * 500, "界" * 4_000, "https://x.example/" + "a" * 3_000, ":a" * 900, "@" * 900, "." * 900,
    "a." * 900, "_" * 900,
)  # fmt: skip

HOSTILE: tuple[str, ...] = tuple(
    dict.fromkeys(chain(SLACK, CHAT, MARKUP, CODE, TERMINAL, UNSEEN, EMOJI, SCRIPTS, SHAPES))
)
