-- wrk's side: requests prepared beforehand, one chosen at random each time, and one line of JSON at the end.
-- wrk ... -s load.lua URL -- METHOD PATHS-FILE [TOKEN-FILE] [BODY-FILE]

local requests = {}

local function content(name)
  if not name or name == "" then return nil end
  local file = assert(io.open(name))
  local text = file:read("*a")
  file:close()
  return text
end

function init(args)
  local token, body = content(args[3]), content(args[4])
  local headers = {}
  if token then headers["Authorization"] = "Bearer " .. token end
  if body then headers["Content-Type"] = "application/json" end
  for path in io.lines(args[2]) do
    requests[#requests + 1] = wrk.format(args[1], path, headers, body)
  end
  math.randomseed(os.time())
end

function request()
  return requests[math.random(#requests)]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %.6f, "refused": %d, "broken": %d, "p50": %d, "p99": %d}\n',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50), latency:percentile(99)))
end
