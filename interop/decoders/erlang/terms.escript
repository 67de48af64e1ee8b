%% Reads terms, each behind its length in 32 bits, and writes each of them as Erlang's own encoders do: as they do by
%% default, with floats as text, with atoms in UTF-8, and compressed.
main([]) ->
    ok = io:setopts(standard_io, [binary, {encoding, latin1}]),
    read().

read() ->
    case file:read(standard_io, 4) of
        {ok, <<Length:32>>} ->
            {ok, Bytes} = file:read(standard_io, Length),
            answer(binary_to_term(Bytes)),
            read();
        eof ->
            ok
    end.

answer(Term) ->
    [write(term_to_binary(Term, Options)) || Options <- options()].

options() ->
    [[], [{minor_version, 0}], [{minor_version, 2}], [{compressed, 9}]].

write(Bytes) ->
    ok = file:write(standard_io, [<<(byte_size(Bytes)):32>>, Bytes]).
