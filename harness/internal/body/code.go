package body

import "strings"

// Code is the Code of an error answer in either format; "" when there is none to be read, or the body is cut off.
func (d *Document) Code() string {
	if !d.Whole {
		return ""
	}
	code, _ := d.Fields["Code"].(string)
	return strings.TrimSpace(code)
}
