-- One event a request, for wrk: `wrk -s single_events.lua URL -- KEY`. 20 names, 5,000 persons, a new id each. Ends with a
-- line of JSON.
local prefix, sent = nil, 0

function init(args)
  math.randomseed(os.time())
  for _ = 1, 20 do prefix = math.random(0, 2 ^ 31 - 1) end
  wrk.method = "POST"
  wrk.headers["Authorization"] = "Bearer " .. args[1]
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  sent = sent + 1
  wrk.body = string.format(
    '{"event":"event_%d","event_id":"%08x-0000-4000-8000-%012x","user_id":"person_%d","properties":{"page":"/pricing","plan":"pro","source":"newsletter"}}',
    math.random(0, 19), prefix, sent, math.random(0, 4999))
  return wrk.format()
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'result {"requests":%d,"microseconds":%d,"median":%d,"p99":%d,"failed":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
