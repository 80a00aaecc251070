package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/pflag"
	"k8s.io/component-base/version"
	"sigs.k8s.io/kwok/pkg/config"
	"sigs.k8s.io/kwok/pkg/consts"
	kwok "sigs.k8s.io/kwok/pkg/kwok/cmd"
	"sigs.k8s.io/kwok/pkg/log"
	"sigs.k8s.io/kwok/pkg/utils/signals"
)

// simulatedKubelet runs kwok for one node. It calls itself what it stands in for, since the user agent is part of what
// the API server records: a kubelet of the cluster's version.
func simulatedKubelet() int {
	consts.Version, consts.PreRelease = version.Get().GitVersion, "GA"

	flags := pflag.NewFlagSet("global", pflag.ContinueOnError)
	flags.ParseErrorsAllowlist.UnknownFlags = true
	flags.Usage = func() {}

	ctx, _ := log.InitFlags(signals.SetupSignalContext(), flags)
	ctx, err := config.InitFlags(ctx, flags)
	if err == nil {
		err = runKwok(ctx, flags)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "kubelet (kwok):", err)
		return 1
	}
	return 0
}

func runKwok(ctx context.Context, flags *pflag.FlagSet) error {
	// Kubernetes has registered a --version of its own for every program in this file; kwok trips over it.
	pflag.CommandLine = pflag.NewFlagSet("kubelet", pflag.ContinueOnError)
	command := kwok.NewCommand(ctx)
	command.PersistentFlags().AddFlagSet(flags)
	return command.ExecuteContext(ctx)
}
