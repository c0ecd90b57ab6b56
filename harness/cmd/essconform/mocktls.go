package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// certificateLife is how long the certificate of a mock is valid: longer than one runs.
const certificateLife = 30 * 24 * time.Hour

// certificate is one that was made for this run; its key is never written.
type certificate struct {
	config *tls.Config
	path   string // of the certificate in PEM, for clients to trust
	dir    string
}

// makeCertificate makes a certificate for loopback and these hosts, signed by itself.
func makeCertificate(hosts []string, now time.Time) (*certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("make a serial number: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: "essconform mock"},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(certificateLife),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip == nil && host != "" {
			template.DNSNames = append(template.DNSNames, host)
		} else if ip != nil && !ip.IsUnspecified() {
			template.IPAddresses = append(template.IPAddresses, ip)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	dir, err := os.MkdirTemp("", "essconform-mock-")
	if err != nil {
		return nil, fmt.Errorf("write the certificate: %w", err)
	}
	c := &certificate{
		config: &tls.Config{
			Certificates: []tls.Certificate{{
				Certificate: [][]byte{der},
				PrivateKey:  key,
			}}, MinVersion: tls.VersionTLS12,
		},
		path: filepath.Join(dir, "cert.pem"), dir: dir,
	}
	if err := os.WriteFile(c.path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644); err != nil {
		c.remove()
		return nil, fmt.Errorf("write the certificate: %w", err)
	}
	return c, nil
}

// remove takes the file away: a mock that has stopped needs no trust.
// what is left is a public certificate in the temporary directory
func (c *certificate) remove() { _ = os.RemoveAll(c.dir) }

// trustAny is for the health check, which asks this machine and sends nothing secret.
func trustAny() http.RoundTripper {
	return &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
}
