package main

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/mesh/labelselector"
	"istio.io/istio/pkg/slices"
	"istio.io/istio/pkg/util/sets"
)

const gatewayAPIGroup = "gateway.networking.k8s.io"

// seen leaves out what istiod's clients do not hand on to Pilot: objects of namespaces that no discovery selector takes
// (discoveryNamespacesFilter) and those of another revision (crdclient's inRevision). The fake discovery server has
// neither. Without a Namespace among the objects nothing is known of their labels, and none is left out.
func (l *loaded) seen(mesh *meshconfig.MeshConfig, revision string) {
	discovers := discovers(mesh, l.kubernetes)
	l.configs = slices.Filter(l.configs, func(c config.Config) bool {
		return discovers(c.Namespace) && config.LabelsInRevision(c.Labels, revision)
	})
	l.kubernetes = slices.Filter(l.kubernetes, func(object runtime.Object) bool {
		head, err := meta.Accessor(object)
		if err != nil || !discovers(head.GetNamespace()) {
			return false
		}
		group := object.GetObjectKind().GroupVersionKind().Group
		return group != gatewayAPIGroup && group != "networking.istio.io" || config.LabelsInRevision(head.GetLabels(), revision)
	})
}

func discovers(mesh *meshconfig.MeshConfig, objects []runtime.Object) func(namespace string) bool {
	everything := func(string) bool { return true }
	var selectors []labels.Selector
	for _, written := range mesh.GetDiscoverySelectors() {
		selector, err := labelselector.LabelSelectorAsSelector(written)
		if err != nil {
			return everything
		}
		selectors = append(selectors, selector)
	}
	selected := sets.New("")
	known := false
	for _, object := range objects {
		namespace, ok := object.(*corev1.Namespace)
		if !ok {
			continue
		}
		known = true
		// An API server puts the name among a namespace's labels.
		own := labels.Merge(namespace.Labels, labels.Set{corev1.LabelMetadataName: namespace.Name})
		if slices.FindFunc(selectors, func(s labels.Selector) bool { return s.Matches(own) }) != nil {
			selected.Insert(namespace.Name)
		}
	}
	if len(selectors) == 0 || !known {
		return everything
	}
	return selected.Contains
}

// revisionOf is the revision of the istiod that a proxy is connected to: the injector writes it among its labels.
func revisionOf(proxy proxy) string {
	if own := proxy.Labels["istio.io/rev"]; own != "" {
		return own
	}
	return "default"
}
