package body

import (
	"mime"
	"strings"
)

// MediaType is the type that a Content-Type names, in lower case, without its parameters. A parameter that cannot
// be parsed leaves the type as it is.
func MediaType(contentType string) string {
	media, _, err := mime.ParseMediaType(contentType)
	if media == "" && err != nil {
		media, _, _ = strings.Cut(strings.ToLower(contentType), ";")
	}
	return strings.TrimSpace(media)
}

// Charset is the encoding that the Content-Type headers of an answer name, the first one that names any; "" for none.
func Charset(contentTypes []string) string {
	for _, value := range contentTypes {
		_, params, _ := mime.ParseMediaType(value)
		if name := strings.Trim(params["charset"], `'" `); name != "" {
			return name
		}
	}
	return ""
}
