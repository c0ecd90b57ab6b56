package defect

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/essconform/essconform/harness/mock"
)

// statuses answers with a wrong HTTP status.
func statuses() []single {
	return slices.Concat(
		perCode(func(e documented) single { return wrongStatus(e, http.StatusOK) }),
		perCode(func(e documented) single { return wrongStatus(e, http.StatusInternalServerError) }),
		perCode(func(e documented) single { return wrongStatus(e, likely(e.status)) }),
		[]single{
			{
				"status.success-201", on(successXML, successJSON), "success has status 201",
				answer(status(http.StatusCreated), accepted),
			},
			{
				"status.success-202-xml", on(successXML), "success in XML has status 202",
				answer(status(http.StatusAccepted), accepted, inXML),
			},
			{
				"status.success-204", on(successXML, successJSON), "success has status 204 and no body",
				answer(status(http.StatusNoContent), accepted),
			},
			{
				"status.success-400", on("detach.one"), "success has status 400",
				answer(status(http.StatusBadRequest), accepted),
			},
			{
				"status.errors-200", everyCode("error.status."), "errors have status 200",
				answer(status(http.StatusOK), refused),
			},
			{
				"status.errors-400",
				on("error.status.Forbidden.Unauthorized", "error.status.InvalidInstanceId.NotFound"),
				"all errors have status 400", answer(status(http.StatusBadRequest), refused),
			},
			{
				"status.errors-500-later", everyCode("error.status."), "from the fifth error on the status is 500",
				answerFrom(5, status(http.StatusInternalServerError), refused),
			},
			{
				"status.not-found-400-xml", on("error.status.InvalidInstanceId.NotFound"),
				"an unknown instance has status 400 in XML",
				answer(status(http.StatusBadRequest), inXML, coded("InvalidInstanceId.NotFound")),
			},
			{
				"status.unauthorized-401-post", on("error.status.Forbidden.Unauthorized"),
				"Forbidden.Unauthorized has status 401 by POST",
				answer(status(http.StatusUnauthorized), byPOST, coded("Forbidden.Unauthorized")),
			},
			{
				"status.min-size-409-json", on("error.status.IncorrectCapacity.MinSize"),
				"IncorrectCapacity.MinSize has status 409 in JSON",
				answer(status(http.StatusConflict), inJSON, coded("IncorrectCapacity.MinSize")),
			},
		},
	)
}

func wrongStatus(e documented, code int) single {
	return single{
		Name:         fmt.Sprintf("status.%s-%d", e.code, code),
		Requirements: on("error.status." + e.code),
		Note:         fmt.Sprintf("%s has status %d", e.code, code),
		Break:        answer(status(code), coded(e.code)),
	}
}

// likely is what an implementer would take for the status of such an error.
func likely(documented int) int {
	switch documented {
	case http.StatusForbidden:
		return http.StatusUnauthorized
	case http.StatusNotFound:
		return http.StatusBadRequest
	}
	return http.StatusConflict
}

// problem edits what a code of the operation is answered with.
func problem(code string, edit func(*mock.Problem)) seam {
	return func(r *mock.Rules) {
		list := r.Operation(operation).Preconditions
		for i := range list {
			if list[i].Error.Code == code {
				edit(&list[i].Error)
			}
		}
	}
}
