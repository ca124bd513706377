package main

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	envoycore "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	runtimeschema "k8s.io/apimachinery/pkg/runtime/schema"
	metadatafake "k8s.io/client-go/metadata/fake"
	clienttesting "k8s.io/client-go/testing"
	"sigs.k8s.io/gateway-api/pkg/consts"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking/core"
	"istio.io/istio/pilot/test/xds"
	istiocluster "istio.io/istio/pkg/cluster"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/schema/gvr"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/kube/kclient/clienttest"
	"istio.io/istio/pkg/kube/krt"
	"istio.io/istio/pkg/test"
)

// Every custom resource that Pilot may watch; the fake discovery server installs only some.
var watched = []runtimeschema.GroupVersionResource{gvr.ListenerSet, gvr.BackendTLSPolicy, gvr.XBackendTrafficPolicy}

func judge(in input, known *schemas) (output, error) {
	objects := load(in.YAML, known)
	out := output{ID: in.ID, Validation: objects.validation, Unreadable: objects.unreadable}
	meshYAML := in.MeshConfig
	if meshYAML == "" {
		meshYAML = objects.mesh
	}
	meshConfig, err := mesh.ApplyMeshConfigDefaults(meshYAML)
	if err != nil {
		return out, fmt.Errorf("mesh configuration: %w", err)
	}
	objects.seen(meshConfig, revisionOf(in.Proxy))
	var inner error
	err = test.Wrap(func(t test.Failer) {
		defer func() {
			if r := recover(); r != nil {
				inner = fmt.Errorf("pilot panicked: %v\n%s", r, debug.Stack())
			}
		}()
		fake := xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
			Configs:                    objects.configs,
			KubernetesObjects:          objects.kubernetes,
			MeshConfig:                 meshConfig,
			DisableSecretAuthorization: true,
			KubeClientModifier: func(client kube.Client) {
				version(client)
				for _, resource := range watched {
					clienttest.MakeCRD(t, client, resource)
				}
			},
		})
		settle(fake, objects.kubernetes)
		node, err := node(in.Proxy, objects.pods)
		if err != nil {
			inner = err
			return
		}
		inner = out.build(fake, fake.SetupProxy(node), in.Want)
	})
	*krt.GlobalDebugHandler = krt.DebugHandler{}
	// Pilot keeps the access log that it made of a mesh configuration until that changes; the next case is another mesh.
	core.NewConfigGenerator(nil).MeshConfigChanged(meshConfig)
	if err == nil {
		err = inner
	}
	return out, err
}

// version lets the fake server's CRDs carry the version of the Gateway API: istiod ignores GRPCRoute, TCPRoute, TLSRoute
// and BackendTLSPolicy where a CRD tells none or an older one (gatewayapi.MinimumCRDVersions).
func version(client kube.Client) {
	metadata, ok := client.Metadata().(*metadatafake.FakeMetadataClient)
	if !ok {
		return
	}
	metadata.PrependReactor("*", gvr.CustomResourceDefinition.Resource, func(action clienttesting.Action) (bool, runtime.Object, error) {
		if written, ok := action.(clienttesting.CreateAction); ok {
			if object, ok := written.GetObject().(*metav1.PartialObjectMetadata); ok {
				object.Annotations = map[string]string{consts.BundleVersionAnnotation: "v1.6.0"}
			}
		}
		return false, nil, nil
	})
}

// settle waits until Pilot has pushed all it knows. Ingress and Gateway API objects are converted
// asynchronously, and their conversion reads the push context that it then changes.
func settle(fake *xds.FakeDiscoveryServer, objects []runtime.Object) {
	quiet := 2 * time.Millisecond
	if slices.ContainsFunc(objects, converted) {
		quiet = 40 * time.Millisecond
	} else if slices.ContainsFunc(objects, isPod) {
		// Endpoints learn their pods' labels and accounts a moment after both are known.
		quiet = 15 * time.Millisecond
	}
	deadline := time.Now().Add(10 * time.Second)
	since := time.Now()
	last := int64(-1)
	for time.Now().Before(deadline) {
		inbound, committed := fake.Discovery.InboundUpdates.Load(), fake.Discovery.CommittedUpdates.Load()
		if inbound != committed || inbound != last {
			last, since = inbound, time.Now()
		} else if time.Since(since) >= quiet {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func isPod(object runtime.Object) bool {
	_, ok := object.(*corev1.Pod)
	return ok
}

func converted(object runtime.Object) bool {
	kind := object.GetObjectKind().GroupVersionKind()
	return kind.Group == "gateway.networking.k8s.io" || kind.Group == "networking.k8s.io"
}

func node(in proxy, pods []*corev1.Pod) (*model.Proxy, error) {
	metadata := &model.NodeMetadata{}
	if len(in.Metadata) > 0 {
		if err := json.Unmarshal(in.Metadata, metadata); err != nil {
			return nil, fmt.Errorf("proxy.metadata: %w", err)
		}
	}
	metadata.Namespace = in.Namespace
	metadata.Labels = in.Labels
	metadata.ClusterID = istiocluster.ID("Kubernetes")
	metadata.IstioVersion = in.IstioVersion
	if metadata.IstioVersion == "" {
		metadata.IstioVersion = "1.31.0"
	}
	if metadata.WorkloadName == "" {
		// The injector writes the Deployment's name; the engine is asked about one of this name.
		metadata.WorkloadName = "gateway"
	}
	name, ip := in.Name, in.IP
	for _, pod := range pods {
		if pod.Namespace == in.Namespace && (name == "" || name == pod.Name) && labels.SelectorFromSet(in.Labels).Matches(labels.Set(pod.Labels)) {
			name = pod.Name
			if ip == "" {
				ip = pod.Status.PodIP
			}
			break
		}
	}
	if name == "" {
		name = "gateway"
	}
	if ip == "" {
		ip = "198.51.100.1"
	}
	return &model.Proxy{
		Type:            model.Router,
		ID:              name + "." + in.Namespace,
		IPAddresses:     []string{ip},
		Labels:          in.Labels,
		ConfigNamespace: in.Namespace,
		DNSDomain:       in.Namespace + ".svc.cluster.local",
		Metadata:        metadata,
		IstioVersion:    model.ParseIstioVersion(metadata.IstioVersion),
		// A connected proxy always has one, be it empty.
		Locality: &envoycore.Locality{},
	}, nil
}

func (o *output) build(fake *xds.FakeDiscoveryServer, node *model.Proxy, want []string) error {
	wants := func(name string) bool {
		return slices.Contains(want, name) || (len(want) == 0 && name != "endpoints" && name != "times")
	}
	timed := func(name string, work func()) {
		begun := time.Now()
		work()
		if wants("times") {
			o.Times[name] = float64(time.Since(begun).Microseconds()) / 1000
		}
	}
	if wants("times") {
		o.Times = map[string]float64{}
		timed("pushContext", func() { model.NewPushContext().InitContext(fake.Env(), nil, nil) })
	}
	var err error
	var listeners []*listener.Listener
	var routes []*route.RouteConfiguration
	var clusters []*cluster.Cluster
	timed("listeners", func() { listeners = fake.Listeners(node) })
	if wants("listeners") {
		if o.Listeners, err = encode(listeners); err != nil {
			return err
		}
	}
	if wants("routes") || wants("times") {
		timed("routes", func() { routes = fake.RoutesFromListeners(node, listeners) })
	}
	if wants("routes") {
		if o.Routes, err = encode(routes); err != nil {
			return err
		}
	}
	if wants("clusters") || wants("times") {
		timed("clusters", func() { clusters = fake.Clusters(node) })
	}
	if wants("clusters") {
		if o.Clusters, err = encode(clusters); err != nil {
			return err
		}
	}
	if wants("endpoints") {
		if o.Endpoints, err = encode(fake.Endpoints(node)); err != nil {
			return err
		}
	}
	return nil
}

func encode[M proto.Message](messages []M) ([]json.RawMessage, error) {
	out := make([]json.RawMessage, 0, len(messages))
	for _, message := range messages {
		content, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(message)
		if err != nil {
			return nil, err
		}
		out = append(out, content)
	}
	return out, nil
}
