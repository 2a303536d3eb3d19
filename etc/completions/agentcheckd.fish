# Completion of agentcheckd(8) in fish. The program itself knows what can stand where.
function __agentcheckd_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] complete -- $words[2..] 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path (commandline -ct)
            case :directories
                __fish_complete_directories (commandline -ct)
            case '*'
                echo $line
        end
    end
end
complete -c agentcheckd -f -a '(__agentcheckd_complete)'
