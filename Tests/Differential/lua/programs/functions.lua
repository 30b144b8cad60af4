local function counter() local n = 0 return function() n = n + 1 return n end, function() return n end end
local inc, get = counter()
inc() inc()
print(get())
local fs = {}
for i = 1, 3 do fs[i] = function() i = i + 1 return i end end
print(fs[1](), fs[1](), fs[2](), fs[3]())
local k = {}
for _, v in ipairs({"a", "b"}) do k[#k + 1] = function() return v end end
print(k[1](), k[2]())
local function fact(n) if n <= 1 then return 1 end return n * fact(n - 1) end
print(fact(20))
local function loop(n) if n == 0 then return "done" end return loop(n - 1) end
print(loop(100000))
print(pcall(function() local function r() return 1 + r() end return r() end))
print(select(-1, 1, 2, 3), select(2, "a", "b", "c"))
print(pcall(select, 0, 1))
local o = {v = 5}
function o:get(x) return self.v + x end
function o.plain(x) return x end
print(o:get(3), o.plain(2))
local s = "x"
print(s:rep(3), ("%d"):format(5))
local mt = setmetatable({}, {__call = function(self, a, b) return a, b, self ~= nil end})
print(mt(1, 2))
print((function(a, b, ...) return a, b, select("#", ...) end)(1))
print(unpack({1, 2, 3}))
print(unpack({1, 2, 3}, 2), unpack({1, 2}, 1, 3))
print(pcall(unpack, {}, 1, 1e8))
while true do
  local up = 1
  local g = function() return up end
  up = 2
  print(g())
  break
end
local r = {}
for i = 1, 2 do local j = i * 10; r[#r + 1] = function() j = j + i return j end end
print(r[1](), r[1](), r[2]())
repeat local q = 7; local h = function() return q end until h() == 7
print(type(print), type(nil), type({}), type("x"), type(2), type(true), type(coroutine.create(function() end)))
