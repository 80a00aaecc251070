// Command cluster is every program of a Kubernetes control plane in one file, the way busybox is every shell tool: the
// name it is called by says which one it is. One file shares what the programs have in common, so it builds in half
// the time and takes a quarter of the room.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	etcd "go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectlcli "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

// programs by the name they are called by.
var programs = map[string]func() int{
	"etcd":                    func() int { etcd.Main(os.Args); return 0 },
	"kube-apiserver":          func() int { return cli.Run(apiserver.NewAPIServerCommand()) },
	"kube-controller-manager": func() int { return cli.Run(controllers.NewControllerManagerCommand()) },
	"kube-scheduler":          func() int { return cli.Run(scheduler.NewSchedulerCommand()) },
	"kubectl":                 func() int { return cli.Run(kubectlcli.NewDefaultKubectlCommand()) },
	"kubelet":                 simulatedKubelet,
}

func main() {
	name := filepath.Base(os.Args[0])
	program, known := programs[name]
	if !known {
		names := make([]string, 0, len(programs))
		for each := range programs {
			names = append(names, each)
		}
		fmt.Fprintf(os.Stderr, "call this file by one of these names: %s\n", strings.Join(names, ", "))
		os.Exit(2)
	}
	os.Exit(program())
}
