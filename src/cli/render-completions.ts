import type { Command, FlagSpec } from './command.ts';
import { globalFlags } from './global-flags.ts';
import { flagsOf } from './invocation.ts';

type Shell = 'bash' | 'zsh' | 'fish';

/** One place a cursor can stand: after `kaizen`, `kaizen harvest`, `kaizen knowledge add`, … */
interface Place {
  /** Command words after `kaizen`, joined by a space; '' at the root. */
  path: string;
  words: { name: string; summary: string }[];
  flags: readonly FlagSpec[];
  takesFiles: boolean;
}

/** A completion script made from the command data: subcommands, flags, and the choices of a flag's value. */
export function renderCompletions(shell: Shell, commands: readonly Command[]): string {
  const places = placesOf(commands);
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](places);
}

function placesOf(commands: readonly Command[]): Place[] {
  const places: Place[] = [{ path: '', words: commands.map(wordOf), flags: globalFlags, takesFiles: false }];
  const visit = (command: Command, path: string): void => {
    const subs = command.subcommands ?? [];
    const takesFiles = (command.args ?? []).length > 0;
    places.push({ path, words: subs.map(wordOf), flags: flagsOf(command), takesFiles });
    for (const sub of subs) visit(sub, `${path} ${sub.name}`);
  };
  for (const command of commands) visit(command, command.name);
  return places;
}

function wordOf(command: Command): { name: string; summary: string } {
  return { name: command.name, summary: command.summary };
}

/** `case` arms that turn the words typed so far into a place; the same in bash and zsh. */
function pathArms(places: readonly Place[], indent: string): string {
  return places
    .filter((place) => place.path !== '')
    .map((place) => {
      const words = place.path.split(' ');
      const before = words.slice(0, -1).join(' ');
      return `${indent}${quote(`${before}|${words.at(-1)}`)}) place=${quote(place.path)} ;;`;
    })
    .join('\n');
}

function bashScript(places: readonly Place[]): string {
  const values = places.flatMap((place) =>
    place.flags
      .filter((flag) => flag.value)
      .map((flag) => {
        const names = [`--${flag.name}`, ...(flag.short ? [`-${flag.short}`] : [])];
        const pattern = names.map((name) => quote(`${place.path}|${name}`)).join(' | ');
        const reply = flag.choices
          ? `COMPREPLY=($(compgen -W ${quote(flag.choices.join(' '))} -- "$cur"))`
          : flag.value === '<folder>'
            ? 'COMPREPLY=($(compgen -d -- "$cur"))'
            : 'COMPREPLY=()';
        return `    ${pattern}) ${reply}; return ;;`;
      }),
  );
  const offers = places.map((place) => {
    const names = [...place.words.map((word) => word.name), ...place.flags.map((flag) => `--${flag.name}`)];
    return `    ${quote(place.path)}) offers=${quote(names.join(' '))} ;;`;
  });
  return `# kaizen completion for bash. Use it now:  source <(kaizen completions bash)
# Keep it:  kaizen completions bash > ~/.local/share/bash-completion/completions/kaizen
_kaizen() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" place='' offers='' i
  if [[ $cur == '=' ]]; then cur=''; elif [[ $prev == '=' ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$place|\${COMP_WORDS[i]}" in
${pathArms(places, '      ')}
    esac
  done
  case "$place|$prev" in
${values.join('\n')}
  esac
  case "$place" in
${offers.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$offers" -- "$cur"))
}
complete -o default -F _kaizen kaizen
`;
}

function zshScript(places: readonly Place[]): string {
  const arms = places.map((place) => {
    const lines = place.flags.map((flag) => `      ${quote(zshFlag(flag))}`);
    if (place.takesFiles) lines.push(`      '*:file:_files'`);
    const words = place.words
      .map((word) => quote(`${word.name}:${word.summary.replaceAll(':', '\\:')}`))
      .join(' ');
    const describe =
      place.words.length > 0
        ? `    if [[ $PREFIX != -* ]]; then offers=(${words}); _describe command offers; return; fi\n`
        : '';
    return `    ${quote(place.path)})\n${describe}    _arguments -S \\\n${lines.join(' \\\n')}\n    ;;`;
  });
  return `#compdef kaizen
# kaizen completion for zsh. Keep it:  kaizen completions zsh > ~/.zfunc/_kaizen
_kaizen() {
  local place='' word
  local -a offers
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place|$word" in
${pathArms(places, '      ')}
    esac
  done
  case "$place" in
${arms.join('\n')}
  esac
}
if [[ "\${funcstack[1]}" == _kaizen ]]; then _kaizen "$@"; else compdef _kaizen kaizen; fi
`;
}

function zshFlag(flag: FlagSpec): string {
  const summary = flag.summary.replaceAll('[', '(').replaceAll(']', ')').replaceAll(':', '\\:');
  const value = flag.value
    ? `:${flag.value.slice(1, -1)}:${flag.choices ? `(${flag.choices.join(' ')})` : flag.value === '<folder>' ? '_files -/' : ''}`
    : '';
  return `${flag.repeat ? '*' : ''}--${flag.name}[${summary}]${value}`;
}

function fishScript(places: readonly Place[]): string {
  const lines = places.flatMap((place) => {
    const when = `-n ${quote(`test (__kaizen_place) = ${quote(place.path, '"')}`)}`;
    return [
      ...place.words.map(
        (word) => `complete -c kaizen ${when} -a ${quote(word.name)} -d ${quote(word.summary)}`,
      ),
      ...place.flags.map((flag) => {
        const short = flag.short ? ` -s ${flag.short}` : '';
        const value = flag.value ? (flag.choices ? ` -x -a ${quote(flag.choices.join(' '))}` : ' -r -F') : '';
        return `complete -c kaizen ${when}${short} -l ${flag.name}${value} -d ${quote(flag.summary)}`;
      }),
      ...(place.takesFiles ? [`complete -c kaizen ${when} -F`] : []),
    ];
  });
  const arms = places
    .filter((place) => place.path !== '')
    .map((place) => {
      const words = place.path.split(' ');
      return `      case ${quote(`${words.slice(0, -1).join(' ')}|${words.at(-1)}`)}\n        set place ${quote(place.path)}`;
    });
  return `# kaizen completion for fish. Keep it:  kaizen completions fish > ~/.config/fish/completions/kaizen.fish
function __kaizen_place
  set -l place ''
  for word in (commandline -opc)[2..-1]
    switch "$place|$word"
${arms.join('\n')}
    end
  end
  echo "$place"
end
complete -c kaizen -f
${lines.join('\n')}
`;
}

/** Quoted for a shell: nothing inside is expanded. */
function quote(text: string, mark: "'" | '"' = "'"): string {
  return mark === '"' ? `"${text}"` : `'${text.replaceAll("'", `'\\''`)}'`;
}
