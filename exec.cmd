@rem The npm scripts begin with "exec", so that a shell on Unix makes way for node: a shell that stays would
@rem die of Ctrl-C at once, and npm with it, before Guildhall has stopped. For cmd.exe, this file is that exec.
@rem The failing goto leaves batch mode, so that Ctrl-C does not ask "Terminate batch job?".
@goto #_undefined_# 2>NUL || title %COMSPEC% & %*
