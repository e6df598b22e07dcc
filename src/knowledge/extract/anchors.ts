import { codeSpans, withoutCode } from './plain-text.ts';

/** Programs and services whose bare name makes a claim specific even without code marks. */
const toolNames =
  'ansible|apt|aws|bash|bazel|biome|black|brew|bun|cargo|clang|clippy|cmake|conda|corepack|cypress|deno|docker|dotnet|electron|esbuild|eslint|expo|ffmpeg|fish|flake8|flutter|gcc|git|github actions|gitlab|gh|go|golangci-lint|gradle|grep|helm|homebrew|husky|jest|jq|just|k3s|kubectl|kubernetes|launchd|lefthook|lint-staged|make|markdownlint|markdownlint-cli2|maven|mise|mocha|mongodb|mvn|mypy|mysql|nestjs|next\\.js|nginx|nix|nixos|node|npm|npx|nuget|nvm|openssl|pip|pip3|playwright|pnpm|podman|poetry|postgres|postgresql|powershell|pre-commit|prettier|prisma|psql|pwsh|pytest|python|python3|rails|rake|react|redis|ripgrep|rg|rollup|rspec|ruby|ruff|rustc|rustup|sed|shellcheck|sqlite|ssh|sudo|supabase|svelte|swift|systemd|tailwind|terraform|tmux|treefmt|ts-node|tsc|tsx|turbo|typescript|uv|vale|vercel|vite|vitest|vscode|vue|wasm|webpack|wrangler|wsl|xcodebuild|yarn|zsh';
const toolName = new RegExp(`(?<![\\w/.-])(?:${toolNames})(?![\\w-]|\\.\\w|/)`, 'gi');

const identifier =
  /\b(?:[a-z]+[A-Z][A-Za-z0-9]+|[A-Z][a-z0-9]+[A-Z][A-Za-z0-9]*|[a-z0-9]+_[a-z0-9_]+|[A-Z][A-Z0-9]+_[A-Z0-9_]+|[A-Z]{1,6}\d{2,5})\b/g;
const flag = /(?<=^|[\s(`])--?[a-z][\w-]*/g;
/** A relative path: it has a slash and a file extension or a trailing slash, or it is a well-known file. */
const relativePath =
  /(?<![\w:/~.@-])(?:\.{0,2}\/)?(?:[\w.@-]+\/)+(?:[\w.@*-]+\.[A-Za-z][\w]{0,9}|(?=[\s,;:.)`'"]|$))|(?<![\w/.-])(?:[\w-]+\.)+(?:cjs|css|csproj|go|gradle|ini|java|js|json|jsonc|jsx|kt|lock|md|mdx|mjs|nix|php|plist|properties|proto|ps1|py|rb|rs|scss|sh|sql|svelte|swift|tf|toml|ts|tsx|txt|vue|xml|ya?ml)\b(?!\()|(?<![\w/.-])(?:Dockerfile|Makefile|Justfile|Gemfile|Cargo\.toml|\.env(?:\.\w+)?|\.gitignore|\.npmrc|\.nvmrc)\b/g;

/** Everything in a text that ties it to something one can look up. */
export interface Anchors {
  /** Contents of code spans. */
  code: string[];
  tools: string[];
  identifiers: string[];
  flags: string[];
  paths: string[];
}

/** The anchors of plain text, each once, in order of appearance. */
export function anchorsOf(text: string): Anchors {
  const prose = withoutCode(text);
  return {
    code: unique(codeSpans(text)),
    tools: unique((text.match(toolName) ?? []).map((name) => name.toLowerCase())),
    identifiers: unique(prose.match(identifier) ?? []),
    flags: unique(text.match(flag) ?? []),
    paths: unique(text.match(relativePath) ?? []),
  };
}

/** Acronyms, proper names inside a sentence, and things every project has one of. */
const weakName =
  /\b[A-Z]{2,}[A-Za-z]?\b|(?<=[\p{L}\p{N},)]\s)[A-Z][a-z]+[A-Za-z0-9]*\b|\b(?:test suite|tests?|migrations?|changelog|lockfile|commit messages?|pull requests?|feature branch(?:es)?|main branch|schema|database|docs|documentation|local storage|fixtures?|snapshots?|e2e|website|linter|formatter|type checker|build artifacts?|generated (?:files?|code|client)|environment variables?|goroutines?|daemon|stdin|stdout|stderr|fifo|pipe|worktrees?|submodules?|feature flags?|API client)\b|\b(?:\d{1,3}\.){3}\d{1,3}\b|\blocalhost\b|\bhttps?:\/\/\S+/gu;

/** Names that tie a claim down a little, where nothing stronger does. */
export function weakNames(text: string): string[] {
  return unique(
    (withoutCode(text).match(weakName) ?? []).filter(
      (name) => !/^(?:NOT|NO|NEVER|ONLY|ALL|ALWAYS|MUST|DO|AND|OR|IS|IT|OK|I)$/.test(name),
    ),
  );
}

/** How many different things the text names. */
export function anchorCount(anchors: Anchors): number {
  return new Set([
    ...anchors.code,
    ...anchors.tools,
    ...anchors.identifiers,
    ...anchors.flags,
    ...anchors.paths,
  ]).size;
}

/**
 * Repository paths of a text. `folders` are the absolute folders the session worked in (as they read in the text);
 * a path below one is made relative, any other absolute or home path is left out.
 */
export function repositoryPaths(text: string, folders: readonly string[]): string[] {
  let local = text.replaceAll('\\', '/');
  for (const folder of folders)
    local = local.replaceAll(`${folder.replaceAll('\\', '/').replace(/\/$/, '')}/`, ' ');
  const found = (local.match(relativePath) ?? [])
    .map((path) => path.replace(/^\.\//, ''))
    .filter(
      (path) => !path.startsWith('../') && !/^(?:https?|ftp)$/.test(path) && !path.includes('node_modules/'),
    )
    .filter((path) => (path.includes('/') ? path.length <= 120 : path.length <= 60));
  return unique(found).slice(0, 8);
}

/** Words an error search should find: code spans, identifiers, flags, quoted phrases; short, at most 12. */
export function keywordsOf(text: string): string[] {
  const anchors = anchorsOf(text);
  const quoted = [...withoutCode(text).matchAll(/"([^"\n]{4,60})"|“([^”\n]{4,60})”/g)].map(
    (m) => (m[1] ?? m[2]) as string,
  );
  return unique([...quoted, ...anchors.code, ...anchors.identifiers, ...anchors.flags])
    .filter((word) => word.length >= 2 && word.length <= 60)
    .slice(0, 12);
}

/** Tags of a text: the tools it names, at most 6. */
export function tagsOf(text: string): string[] {
  return anchorsOf(text)
    .tools.map((tool) => tool.replace(/[\s.]+/g, '-'))
    .slice(0, 6);
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
