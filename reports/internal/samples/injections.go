package samples

import "strings"

// Injections are texts that a target may send to break out of where they are shown, by where they would be at home.
// Each holds the word "pwned", so that what became of it can be found.
func Injections() map[string][]string {
	return map[string][]string{
		"elements": {
			"<script>pwned()</script>", "<img src=x onerror=pwned()>", "<svg/onload=pwned()>", "<pwned>",
			"</pre></details></body>pwned", "<iframe srcdoc=pwned>", "<style>*{pwned}</style>",
			"<a href='javascript:pwned()'>x</a>", "<base href=//pwned/>", "<form action=pwned>",
			"<meta http-equiv=refresh content='0;pwned'>", "<!-- pwned", "pwned -->", "<![CDATA[pwned]]>",
			"]]><pwned/>", "<?pwned ?>", "<!DOCTYPE pwned [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>", "&pwned;",
			"&#60;pwned&#62;", "&lt;pwned&gt;",
		},
		"attributes": {
			`" onmouseover="pwned()`, `' onfocus='pwned()`, "` onclick=`pwned()", `"><pwned>`, `'/><pwned>`,
			`\"><pwned>`, "javascript:pwned()", "data:text/html,pwned",
		},
		"templates": {"{{pwned}}", "${pwned}", "{% pwned %}", "<%= pwned %>", "#{pwned}", "$(pwned)", "`pwned`"},
		"Markdown": {
			"[pwned](https://evil.example)", "![pwned](https://evil.example/x.png)", "<https://evil.example/pwned>",
			"https://evil.example/pwned", "@pwned", "#1 pwned", "pwned\n# pwned", "```\npwned", "````pwned",
			"~~~\npwned", "| pwned |\n|---|", "pwned\n---\n", "> pwned", "- [ ] pwned", "[^pwned]: x", "**pwned**",
			"</details>pwned", "<details open>pwned", "$$pwned$$",
		},
		"terminals": {
			"\x1b[2Jpwned", "\x1b]0;pwned\x07", "\x1b]8;;https://evil.example\x1b\\pwned", "\x1bP pwned\x1b\\",
			"\u009b31mpwned", "pwned\r\x1b[Kok", "\b\b\bpwned", "\x7fpwned", "\x00pwned", "pwned\u202etxt.exe",
			"\u2066pwned\u2069", "pwned\u200b\u2060\ufeff", "pwned\u2028pwned\u2029", "pwned\xff\xfe", "\u0085pwned",
			"pwned\u00ad",
		},
		"CI services": {
			"::error::pwned", "x\n::set-output name=a::pwned", "  ::stop-commands::pwned", "%0A::error::pwned",
			"##[error]pwned", "##vso[task.setvariable variable=a]pwned", "##teamcity[pwned]",
			"\x1b[0Ksection_start:0:pwned\r\x1b[0K", strings.Repeat("x", 75) + " ::error::pwned",
			"::add-mask::conformant pwned",
		},
		"JSON": {
			`","pwned":"`, `\",\"pwned\":\"`, `"}],"pwned":[{"`, `\u0022pwned`, "\\pwned", `{"pwned":1}`,
		},
	}
}
