# Completion of agentcheckd(8) in bash. The program itself knows what can stand where.
_agentcheckd() {
  local cur prev words cword line
  _init_completion -n =: || return
  while IFS= read -r line; do
    case $line in
      :files) _filedir ;;
      :directories) _filedir -d ;;
      *) COMPREPLY+=("$(printf %q "${line%%$'\t'*}")") ;;
    esac
  done < <("${words[0]}" complete -- "${words[@]:1:cword}" 2>/dev/null)
  __ltrim_colon_completions "$cur"
} &&
  complete -F _agentcheckd agentcheckd
