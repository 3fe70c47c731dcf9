-- Keeps a request waiting while no server of its backend is up, for at most LIMIT milliseconds: a replica that moves to another
-- node is back in a fraction of a second, and so is one that was too busy for its health check.
core.register_action("wait_for_server", { "http-req" }, function(txn, limit)
  local begun = core.now()
  repeat
    core.msleep(20)
    local now = core.now()
    local waited = (now.sec - begun.sec) * 1000 + (now.usec - begun.usec) / 1000
  until txn.f:nbsrv() > 0 or waited >= tonumber(limit)
end, 1)
