// The mock's page in a real browser, as a module of its own: users of the mock need no browser driver.
module github.com/essconform/essconform/harness/mock/browser

go 1.26.0

require (
	github.com/chromedp/chromedp v0.23.0
	github.com/essconform/essconform v0.0.0
)

require (
	github.com/chromedp/cdproto v0.159.0 // indirect
	github.com/go-json-experiment/json v1.27.2 // indirect
	github.com/google/uuid v1.6.0 // indirect
)

replace github.com/essconform/essconform => ../../..
