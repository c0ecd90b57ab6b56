# The command in an image without anything else: CA certificates, a user of its own, no shell.
#
#   docker build -t essconform .
#   docker run --rm -p 127.0.0.1:9090:9090 essconform             # the mock; call it as 127.0.0.1
#   docker run --rm essconform run -endpoint https://…            # any other command
#
# In a network of containers, say the name by which the mock is called: `mock -addr 0.0.0.0:9090 -host NAME`.
FROM golang:1.26-alpine AS build
ARG VERSION=devel COMMIT=unknown DATE=unknown
RUN apk add --no-cache ca-certificates
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -o /essconform -ldflags "-s -w -buildid= \
	-X github.com/essconform/essconform/harness/internal/build.version=$VERSION \
	-X github.com/essconform/essconform/harness/internal/build.commit=$COMMIT \
	-X github.com/essconform/essconform/harness/internal/build.date=$DATE" ./harness/cmd/essconform \
	&& mkdir -m 1777 /emptytmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /emptytmp /tmp
COPY --from=build /essconform /essconform
USER 65532:65532
EXPOSE 9090
HEALTHCHECK --interval=10s --timeout=4s --start-period=2s CMD ["/essconform", "mock", "-health", "-addr", "127.0.0.1:9090"]
ENTRYPOINT ["/essconform"]
CMD ["mock", "-addr", "0.0.0.0:9090"]
