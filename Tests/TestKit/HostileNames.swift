/// Names that could do harm where people or programs read them: mark-up, queries, paths, mentions, text that turns around, that
/// cannot be seen or piles up, and long ones.
public let hostileNames = [
  "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'><svg/onload=alert(1)>",
  "</style><script>", "</title><script>", "javascript:alert(1)", "&lt;b&gt;", "{{7*7}}${7*7}",
  "'; DROP TABLE account; --", "a' OR '1'='1", "../../etc/passwd", "..%2f..%2fetc%2fpasswd",
  "a/b?c=d&e=f#g", "%00", "nul\u{0001}\u{007F}", "line\nbreak\r\n\ttab",
  "line\nbreak\r\u{1B}[2J\u{7}\u{2028}", "\u{202E}gnp.exe", "\u{2067}right\u{2066}left",
  "a\u{202E}gpj.exe\u{2066}", "zero\u{200B}width\u{FEFF}", "\u{200B}\u{200D}\u{FEFF}",
  "fill\u{3164}er\u{115F}", "select\u{FE0F}or\u{034F}", "\u{0301}\u{0301}",
  "z\u{0300}\u{0301}\u{0302}\u{0303}\u{0304}",
  "<!channel> <!here> <@U0123> <https://evil.example|your bank>", "@channel @here @all",
  "[free](https://evil.example) ![](https://evil.example/p.png)", "`code` *bold* _it_ ~no~",
  String(repeating: "<i>", count: 3_400), String(repeating: "x", count: 10_240),
  String(repeating: "é", count: 5_000),
]
