package local

import (
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/gobwas/glob"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

func collect(dir string, settings Settings, result *Result) error {
	if dir == "" {
		here, err := os.Getwd()
		if err != nil {
			return err
		}
		dir = here
	}
	if settings.AssetPaths != nil {
		found, err := find(dir, *settings.AssetPaths)
		if err != nil {
			return err
		}
		assets := map[string]*types.AssetOrArchive{}
		for name, asset := range found {
			assets[name] = &types.AssetOrArchive{Asset: asset}
		}
		result.Assets = &assets
	}
	if settings.ArchivePaths != nil {
		found, err := find(dir, *settings.ArchivePaths)
		if err != nil {
			return err
		}
		entries := map[string]any{}
		for name, asset := range found {
			entries[name] = asset
		}
		if result.Archive, err = resource.NewAssetArchive(entries); err != nil {
			return err
		}
	}
	return nil
}

// find gives the files under dir that the patterns name: the last pattern that matches a file decides, and one that
// begins with ! leaves it out.
func find(dir string, patterns []string) (map[string]*resource.Asset, error) {
	type rule struct {
		glob  glob.Glob
		leave bool
	}
	rules := []rule{}
	for _, pattern := range patterns {
		positive, leave := strings.CutPrefix(pattern, "!")
		compiled, err := glob.Compile(positive, '/')
		if err != nil {
			return nil, err
		}
		rules = append(rules, rule{compiled, leave})
	}
	found := map[string]*resource.Asset{}
	return found, fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		take := false
		for _, rule := range rules {
			if rule.glob.Match(name) {
				take = !rule.leave
			}
		}
		if !take {
			return nil
		}
		found[name], err = resource.NewPathAsset(path.Join(dir, name))
		return err
	})
}
