package target

import (
	"errors"
	"fmt"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/essconform/essconform/harness/internal/wire"
)

// Credentials are those of the caller.
type Credentials struct{ AccessKeyID, AccessKeySecret, SecurityToken string }

// Format never prints the secret, whatever the verb, so that printing an address in a log or a failed test gives
// nothing away.
func (c Credentials) Format(out fmt.State, verb rune) { wire.Credentials(c).Format(out, verb) }

// ErrNoCredentials says what to do when calls must be signed and it was not said with what.
var ErrNoCredentials = errors.New("no credentials: calls are signed; export ALIBABA_CLOUD_ACCESS_KEY_ID and " +
	"ALIBABA_CLOUD_ACCESS_KEY_SECRET (or configure a profile of the Alibaba Cloud CLI), or use -signature none")

// Credentials finds the caller's credentials by the official default chain. The errors of the chain are not passed on:
// they may quote files that hold secrets.
func (s Settings) Credentials() (Credentials, error) {
	for _, p := range s.chain() {
		c, err := p.GetCredentials()
		if err == nil && c != nil && c.AccessKeyId != "" && c.AccessKeySecret != "" {
			return Credentials{
				AccessKeyID: c.AccessKeyId, AccessKeySecret: c.AccessKeySecret,
				SecurityToken: c.SecurityToken,
			}, nil
		}
	}
	if wire.Scheme(s.Signature) == wire.SignNone {
		return Credentials{}, nil
	}
	return Credentials{}, ErrNoCredentials
}

// chain is the official chain. For a target on this machine it leaves out the last links, which ask the metadata server
// of a cloud instance: a test of a mock does not need its keys, and without that server they only cost time.
func (s Settings) chain() (chain []providers.CredentialsProvider) {
	if !s.Loopback() && wire.Scheme(s.Signature) != wire.SignNone {
		return []providers.CredentialsProvider{providers.NewDefaultCredentialsProvider()}
	}
	if p, err := providers.NewEnvironmentVariableCredentialsProviderBuilder().Build(); err == nil {
		chain = append(chain, p)
	}
	if wire.Scheme(s.Signature) == wire.SignNone {
		return chain
	}
	if p, err := providers.NewOIDCCredentialsProviderBuilder().Build(); err == nil {
		chain = append(chain, p)
	}
	if p, err := providers.NewCLIProfileCredentialsProviderBuilder().Build(); err == nil {
		chain = append(chain, p)
	}
	if p, err := providers.NewProfileCredentialsProviderBuilder().Build(); err == nil {
		chain = append(chain, p)
	}
	return chain
}
