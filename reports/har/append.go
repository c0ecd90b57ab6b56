package har

import (
	"maps"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// appendJSON writes the entry as encoding/json would, without reflection: a run has thousands of them, and what it
// spends on its recording is taken from the target's time. What is not printable is escaped, and "##[", which the log
// of a CI job takes for a command.
func (e *Entry) appendJSON(b []byte) []byte {
	b = appendText(append(b, `{"startedDateTime":`...), e.StartedDateTime)
	b = appendNumber(append(b, `,"time":`...), e.Time)
	b = e.Request.appendJSON(append(b, `,"request":`...))
	b = e.Response.appendJSON(append(b, `,"response":`...))
	b = appendNumber(append(b, `,"cache":{},"timings":{"send":`...), e.Timings.Send)
	b = appendNumber(append(b, `,"wait":`...), e.Timings.Wait)
	b = appendNumber(append(b, `,"receive":`...), e.Timings.Receive)
	b = append(b, '}')
	b = optionalText(b, `,"_error":`, e.Error)
	return append(e.Facts.appendJSON(b), '}')
}

func (f *Facts) appendJSON(b []byte) []byte {
	b = optionalText(b, `,"_case":`, f.Case)
	b = optionalInt(b, `,"_attempt":`, f.Attempt)
	b = optionalText(b, `,"_step":`, f.Step)
	b = optionalText(b, `,"_lane":`, f.Lane)
	b = appendNumber(append(b, `,"_sentMs":`...), f.SentMs)
	b = appendNumber(append(b, `,"_doneMs":`...), f.DoneMs)
	b = optionalInt(b, `,"_attempts":`, f.Attempts)
	b = optionalInt(b, `,"_throttled":`, f.Throttled)
	if f.TimedOut {
		b = append(b, `,"_timedOut":true`...)
	}
	if f.Unreachable {
		b = append(b, `,"_unreachable":true`...)
	}
	if f.Refused {
		b = append(b, `,"_refused":true`...)
	}
	if f.Doubtful {
		b = append(b, `,"_doubtful":true`...)
	}
	b = optionalInt(b, `,"_stale":`, f.Stale)
	b = optionalText(b, `,"_gzip":`, f.Gzip)
	b = optionalText(b, `,"_decodeFailure":`, f.DecodeFailure)
	if f.Echoed {
		b = append(b, `,"_echoed":true`...)
	}
	b = optionalText(b, `,"_surplus":`, f.Surplus)
	for i, cut := range f.Cut {
		if i == 0 {
			b = append(b, `,"_cut":[`...)
		} else {
			b = append(b, ',')
		}
		b = appendText(b, cut)
	}
	if len(f.Cut) > 0 {
		b = append(b, ']')
	}
	return b
}

func (r *Request) appendJSON(b []byte) []byte {
	b = appendText(append(b, `{"method":`...), r.Method)
	b = appendText(append(b, `,"url":`...), r.URL)
	b = appendText(append(b, `,"httpVersion":`...), r.HTTPVersion)
	b = appendPairs(append(b, `,"cookies":[],"headers":`...), r.Headers)
	b = appendPairs(append(b, `,"queryString":`...), r.QueryString)
	if p := r.PostData; p != nil {
		b = appendText(append(b, `,"postData":{"mimeType":`...), p.MimeType)
		b = appendText(append(b, `,"text":`...), p.Text)
		b = append(optionalText(b, `,"_encoding":`, p.Encoding), '}')
	}
	b = strconv.AppendInt(append(b, `,"headersSize":`...), int64(r.HeadersSize), 10)
	b = strconv.AppendInt(append(b, `,"bodySize":`...), int64(r.BodySize), 10)
	return append(b, '}')
}

func (r *Response) appendJSON(b []byte) []byte {
	b = strconv.AppendInt(append(b, `{"status":`...), int64(r.Status), 10)
	b = appendText(append(b, `,"statusText":`...), r.StatusText)
	b = appendText(append(b, `,"httpVersion":`...), r.HTTPVersion)
	b = appendPairs(append(b, `,"cookies":[],"headers":`...), r.Headers)
	b = strconv.AppendInt(append(b, `,"content":{"size":`...), int64(r.Content.Size), 10)
	b = appendText(append(b, `,"mimeType":`...), r.Content.MimeType)
	b = appendText(append(b, `,"text":`...), r.Content.Text)
	b = optionalText(b, `,"encoding":`, r.Content.Encoding)
	b = appendText(append(b, `},"redirectURL":`...), r.RedirectURL)
	b = strconv.AppendInt(append(b, `,"headersSize":`...), int64(r.HeadersSize), 10)
	b = strconv.AppendInt(append(b, `,"bodySize":`...), int64(r.BodySize), 10)
	return append(b, '}')
}

func appendPairs(b []byte, pairs []Pair) []byte {
	b = append(b, '[')
	for i, p := range pairs {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(append(b, `{"name":`...), p.Name)
		b = append(appendText(append(b, `,"value":`...), p.Value), '}')
	}
	return append(b, ']')
}

func optionalText(b []byte, key, value string) []byte {
	if value == "" {
		return b
	}
	return appendText(append(b, key...), value)
}

func optionalInt(b []byte, key string, value int) []byte {
	if value == 0 {
		return b
	}
	return strconv.AppendInt(append(b, key...), int64(value), 10)
}

func appendNumber(b []byte, v float64) []byte { return strconv.AppendFloat(b, v, 'f', -1, 64) }

// appendValue writes what encoding/json has read, with the keys of objects in order.
func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return appendText(b, v)
	case float64:
		return appendNumber(b, v)
	case bool:
		return strconv.AppendBool(b, v)
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendValue(b, e)
		}
		return append(b, ']')
	case map[string]any:
		b = append(b, '{')
		for i, key := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendValue(append(appendText(b, key), ':'), v[key])
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}

const hexDigits = "0123456789abcdef"

// appendText writes a string of JSON. Bytes that are not UTF-8 become U+FFFD.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	done := 0 // what is before it is written
	for i := 0; i < len(s); {
		c := s[i]
		if ' ' <= c && c <= '~' && c != '"' && c != '\\' && c != '[' {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case c == '[':
			if i < 2 || s[i-2:i] != "##" {
				i++
				continue
			}
			b = appendUnit(append(b, s[done:i]...), r)
		case c == '"' || c == '\\':
			b = append(append(b, s[done:i]...), '\\', c)
		case r == utf8.RuneError && n == 1:
			b = append(append(b, s[done:i]...), string(utf8.RuneError)...)
		case unicode.IsPrint(r):
			i += n
			continue
		default:
			b = appendEscaped(append(b, s[done:i]...), r)
		}
		i += n
		done = i
	}
	return append(append(b, s[done:]...), '"')
}

func appendEscaped(b []byte, r rune) []byte {
	switch r {
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	if r < 0x10000 {
		return appendUnit(b, r)
	}
	r -= 0x10000
	return appendUnit(appendUnit(b, 0xd800+r>>10), 0xdc00+r&0x3ff)
}

func appendUnit(b []byte, r rune) []byte {
	return append(b, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}
