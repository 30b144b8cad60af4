local V = {}
V.__index = V
V.__add = function(a, b) return setmetatable({x = (type(a) == "table" and a.x or a) + (type(b) == "table" and b.x or b)}, V) end
V.__sub = function(a, b) return "sub" end
V.__mul = function(a, b) return "mul" end
V.__div = function(a, b) return "div" end
V.__mod = function(a, b) return "mod" end
V.__pow = function(a, b) return "pow" end
V.__unm = function(a) return "unm" end
V.__concat = function(a, b) return (type(a) == "table" and "V" or a) .. (type(b) == "table" and "V" or b) end
V.__eq = function(a, b) return a.x == b.x end
V.__lt = function(a, b) return a.x < b.x end
V.__le = function(a, b) return a.x <= b.x end
V.__tostring = function(a) return "V(" .. a.x .. ")" end
V.__call = function(self, ...) return self.x, ... end
function V.new(x) return setmetatable({x = x}, V) end
local a, b = V.new(1), V.new(2)
print((a + b).x, (a + 5).x, (5 + a).x, a - b, a * 2, a / b, a % b, a ^ b, -a)
print(a .. b, a .. "s", "s" .. a, "x" .. "y" .. a .. "z", 1 .. a)
print(a == b, a == V.new(1), a ~= b, a < b, a <= b, a > b, a >= b)
print(tostring(a), a(10, 20))
local OnlyLt = setmetatable({}, {__lt = function() return true end})
local p, q = setmetatable({}, getmetatable(OnlyLt)), setmetatable({}, getmetatable(OnlyLt))
print(p <= q, p >= q, p < q)
local log = {}
local prox = setmetatable({}, {__index = function(t, k) return k .. "!" end, __newindex = function(t, k, v) rawset(t, k, v * 2) end})
print(prox.foo, prox[1])
prox.z = 21
print(prox.z, rawget(prox, "foo"))
local chain = setmetatable({}, {__index = setmetatable({deep = 1}, {__index = {deeper = 2}})})
print(chain.deep, chain.deeper, chain.deepest)
print(getmetatable("x").__index == string, getmetatable(setmetatable({}, {__metatable = "locked"})))
print(pcall(setmetatable, setmetatable({}, {__metatable = 1}), {}))
print(rawequal(a, a), rawequal(a, V.new(1)), rawget({5}, 1))
print(pcall(function() return a < 1 end))
print(pcall(function() return {} < {} end))
print(pcall(function() return {} .. "x" end))
print(pcall(function() return {} + 1 end))
print(pcall(function() return 1 < "2" end))
print(pcall(function() return nil > 1 end))
local sum = setmetatable({}, {__index = function(t, n) if n < 2 then return n end local v = t[n - 1] + t[n - 2] rawset(t, n, v) return v end})
print(sum[50])
local nt = setmetatable({}, {__newindex = log})
nt.a = 1
print(rawget(nt, "a"), log.a)
print(#setmetatable({1, 2}, {__len = function() return 99 end}))
for k, v in pairs(setmetatable({z = 1}, {__pairs = 1})) do print(k, v) end
