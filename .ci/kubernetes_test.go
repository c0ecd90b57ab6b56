package ci

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

type manifest struct {
	config core.ConfigMap
	claim  core.PersistentVolumeClaim
	job    batch.Job
}

// load reads the manifest strictly into the types of Kubernetes: an unknown or repeated field is an error.
func load(t *testing.T) (m manifest) {
	t.Helper()
	data, err := os.ReadFile("kubernetes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]any{"ConfigMap": &m.config, "PersistentVolumeClaim": &m.claim, "Job": &m.job}
	for _, doc := range bytes.Split(data, []byte("\n---\n")) {
		var head struct{ Kind string }
		if err := yaml.Unmarshal(doc, &head); err != nil {
			t.Fatal(err)
		}
		into, wanted := kinds[head.Kind]
		if !wanted {
			t.Fatalf("wanted each of ConfigMap, PersistentVolumeClaim and Job once; got %q", head.Kind)
		}
		delete(kinds, head.Kind)
		if err := yaml.UnmarshalStrict(doc, into); err != nil {
			t.Fatalf("%s: %v", head.Kind, err)
		}
	}
	if len(kinds) > 0 {
		t.Fatalf("wanted three objects; missing are %v", kinds)
	}
	return m
}

// What the API server demands of an Indexed Job with a pod failure policy, and what the parts of the manifest demand of
// each other.
func TestManifestFitsTogether(t *testing.T) {
	m := load(t)
	spec, pod := m.job.Spec, m.job.Spec.Template.Spec
	shards, err := strconv.Atoi(m.config.Data["SHARDS"])
	if err != nil {
		t.Fatal(err)
	}
	if m.job.APIVersion != "batch/v1" || *spec.CompletionMode != batch.IndexedCompletion ||
		int(*spec.Completions) != shards+1 || int(*spec.Parallelism) != shards+1 {
		t.Errorf("wanted an Indexed Job of %d pods, one of which merges; got %v completions, %v at a time", shards+1,
			*spec.Completions, *spec.Parallelism)
	}
	if pod.RestartPolicy != core.RestartPolicyNever {
		t.Errorf("wanted restartPolicy Never, which a pod failure policy demands; got %s", pod.RestartPolicy)
	}
	if len(pod.Containers) != 1 {
		t.Fatalf("wanted one container; got %d", len(pod.Containers))
	}
	c := pod.Containers[0]
	var codes []int32
	for _, rule := range spec.PodFailurePolicy.Rules {
		if rule.OnExitCodes != nil && rule.Action == batch.PodFailurePolicyActionFailJob &&
			*rule.OnExitCodes.ContainerName == c.Name {
			codes = rule.OnExitCodes.Values
		}
	}
	if !slices.Equal(codes, []int32{1, 2}) {
		t.Errorf("wanted the Job to fail at once on a verdict, 1 or 2; got %v", codes)
	}
	if len(c.VolumeMounts) != 1 || len(pod.Volumes) != 1 || c.VolumeMounts[0].Name != pod.Volumes[0].Name ||
		pod.Volumes[0].PersistentVolumeClaim.ClaimName != m.claim.Name {
		t.Error("wanted the claim mounted")
	}
	if value(c, "REPORTS") != c.VolumeMounts[0].MountPath {
		t.Errorf("wanted the reports in the mounted directory; got %s", value(c, "REPORTS"))
	}
	if !slices.Contains(m.claim.Spec.AccessModes, core.ReadWriteMany) {
		t.Errorf("wanted a claim that all nodes can mount; got %v", m.claim.Spec.AccessModes)
	}
	var config, secret bool
	for _, from := range c.EnvFrom {
		config = config || from.ConfigMapRef != nil && from.ConfigMapRef.Name == m.config.Name
		secret = secret || from.SecretRef != nil && *from.SecretRef.Optional
	}
	if !config || !secret {
		t.Errorf("wanted the settings of the ConfigMap and, if there is one, of the Secret; got %+v", c.EnvFrom)
	}
}

func value(c core.Container, name string) string {
	for _, e := range c.Env {
		if e.Name == name {
			return e.Value
		}
	}
	return ""
}

// The pods' own commands, run here against the embedded mock: all shards and, at the same time, the index that waits
// for them.
func TestManifestRunsAndMerges(t *testing.T) {
	t.Parallel()
	m := load(t)
	c := m.job.Spec.Template.Spec.Containers[0]
	bin := t.TempDir()
	build(t, bin)
	reports := t.TempDir()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	type ended struct {
		index int
		out   string
		err   error
	}
	results := make(chan ended)
	for index := range int(*m.job.Spec.Completions) {
		go func() {
			cmd := exec.CommandContext(ctx, c.Command[0], append(slices.Clone(c.Command[1:]), c.Args...)...)
			cmd.Env = []string{
				"PATH=" + bin + ":" + os.Getenv("PATH"), "REPORTS=" + reports, "JOB_UID=a1b2",
				"SHARDS=" + m.config.Data["SHARDS"],
				"JOB_COMPLETION_INDEX=" + strconv.Itoa(index), // and no endpoint, so that the mock is judged
			}
			out, err := cmd.CombinedOutput()
			results <- ended{index, string(out), err}
		}()
	}
	for range *m.job.Spec.Completions {
		r := <-results
		if r.err != nil {
			t.Errorf("index %d: %v: %s", r.index, r.err, r.out)
		}
		last := r.index == int(*m.job.Spec.Completions)-1
		if want := map[bool]string{
			false: "conformant in shard " + strconv.Itoa(r.index+1),
			true:  "✓ conformant: ",
		}[last]; !strings.Contains(r.out, want) {
			t.Errorf("index %d: wanted %q; got %s", r.index, want, r.out)
		}
	}
	if _, err := os.Stat(filepath.Join(reports, "a1b2", "merged", "report.json")); err != nil {
		t.Error(err)
	}
}

// A shard that cannot write a report fails with the code of the run, so that the Job ends and the merge does not wait
// for ever.
func TestAShardWithoutAReportFailsTheJob(t *testing.T) {
	t.Parallel()
	c := load(t).job.Spec.Template.Spec.Containers[0]
	bin := t.TempDir()
	build(t, bin)
	cmd := exec.Command(c.Command[0], append(slices.Clone(c.Command[1:]), c.Args...)...)
	cmd.Env = []string{
		"PATH=" + bin + ":" + os.Getenv("PATH"), "REPORTS=" + t.TempDir(), "JOB_UID=a1b2", "SHARDS=5",
		"JOB_COMPLETION_INDEX=0", "ESSCONFORM_ENDPOINT=no url",
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 {
		t.Errorf("wanted exit 2; got %v: %s", err, out)
	}
}

// build puts the command into dir.
func build(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.Command("go", "build", "-ldflags=-s", "-o", filepath.Join(dir, "essconform"),
		"./harness/cmd/essconform")
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}
