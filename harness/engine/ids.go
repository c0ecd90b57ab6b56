package engine

import (
	"crypto/rand"
	"strings"
)

// fresh is how many characters of a made-up id must be random, so that it names nothing that exists.
const fresh = 12

// madeUp is an id that does not exist, in the shape of a given one: the prefix up to the last dash stays, letters become letters of the
// same case and digits digits. An id too short to be surely unknown is made longer.
func madeUp(given string) string {
	cut := strings.LastIndexByte(given, '-') + 1
	prefix, body := given[:cut], []byte(given[cut:])
	for len(body) < fresh {
		body = append(body, 'x')
	}
	random := make([]byte, len(body))
	_, _ = rand.Read(random) // never fails, see crypto/rand
	for i, c := range body {
		switch {
		case c >= '0' && c <= '9':
			body[i] = '0' + random[i]%10
		case c >= 'A' && c <= 'Z':
			body[i] = 'A' + random[i]%26
		default:
			body[i] = 'a' + random[i]%26
		}
	}
	return prefix + string(body)
}
