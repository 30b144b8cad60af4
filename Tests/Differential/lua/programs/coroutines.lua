local co = coroutine.create(function(a, b)
  print("start", a, b)
  local c = coroutine.yield(a + b)
  print("got", c)
  local d, e = coroutine.yield(c * 2)
  return d + e, "end"
end)
print(coroutine.status(co), coroutine.resume(co, 1, 2))
print(coroutine.status(co), coroutine.resume(co, 10))
print(coroutine.resume(co, 3, 4))
print(coroutine.status(co), coroutine.resume(co))
local gen = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
print(gen(), gen(), gen(), gen())
print(pcall(gen))
local bad = coroutine.create(function() error("oops") end)
print(coroutine.resume(bad))
print(coroutine.status(bad))
print(pcall(coroutine.wrap(function() error({}) end)))
print(pcall(coroutine.resume, 5))
print(pcall(coroutine.create, 5))
print(coroutine.running())
coroutine.wrap(function() print(type(coroutine.running()), coroutine.status(coroutine.running())) end)()
local outer = coroutine.wrap(function()
  local inner = coroutine.wrap(function() coroutine.yield(1) coroutine.yield(2) end)
  coroutine.yield(inner()) coroutine.yield(inner())
end)
print(outer(), outer())
local function permgen(a, n)
  n = n or #a
  if n <= 1 then coroutine.yield(a) else
    for i = 1, n do
      a[n], a[i] = a[i], a[n]
      permgen(a, n - 1)
      a[n], a[i] = a[i], a[n]
    end
  end
end
for p in coroutine.wrap(function() permgen({1, 2, 3}) end) do print(table.concat(p, " ")) end
local shared = 0
local co2 = coroutine.wrap(function() local x = 0; local f = function() x = x + 1 return x end coroutine.yield(f) print("x", x) end)
local f = co2()
print(f(), f())
co2()
print(pcall(coroutine.yield, 1))
local self
self = coroutine.create(function() print(coroutine.resume(self)) end)
coroutine.resume(self)
print(select("#", coroutine.resume(coroutine.create(function() end))))
print(coroutine.resume(coroutine.create(function(...) return select("#", ...) end), nil, nil))
