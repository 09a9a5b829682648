-- Quarto's filter: its figures, tables and callouts in the plain shape that the writers of `manuscript` give a format.
-- What they do not know (a number on a callout, a listing, a layout of other things than figures) stays Quarto's.

local held = {} -- floats that stay Quarto's, with all that they hold

local function known(float)
  local attributes = {}
  for name in pairs(float.attributes or {}) do attributes[name] = true end
  for _, name in ipairs { "alt", "fig-alt", "fig-align", "tbl-colwidths", "layout-ncol", "ref-parent" } do attributes[name] = nil end
  if next(attributes) ~= nil then return false end
  local tables, others = 0, 0
  local content = float.content
  for _, block in ipairs(pandoc.utils.type(content) == "Blocks" and content or { content }) do
    if block.t == "Table" then tables = tables + 1 else others = others + 1 end
  end
  if float.type == "Table" then return tables == 1 and others == 0 end
  return float.type == "Figure" and tables == 0
end

local function note(float)
  if not known(float) then held[float.identifier] = true end
  if float.parent_id and held[float.identifier] then held[float.parent_id] = true end
end

local function blocks(value)
  if value == nil then return pandoc.Blocks {} end
  return pandoc.utils.type(value) == "Blocks" and value or pandoc.Blocks { value }
end

local function plain_float(float)
  if held[float.identifier] or (float.parent_id and held[float.parent_id]) or not float.order then return nil end
  local order = tostring(float.order.order)
  local attributes = { type = float.type, columns = (float.attributes or {})["layout-ncol"] or "" }
  attributes[float.parent_id and "part" or "number"] = order
  return pandoc.Div(
    { pandoc.Div(blocks(float.caption_long)), pandoc.Div(blocks(float.content)) },
    pandoc.Attr(float.identifier, { "manuscript-float" }, attributes)
  )
end

local function plain_callout(callout)
  local identifier = callout.attr and callout.attr.identifier or ""
  if identifier:match("^%a%a%a%-") then return nil end
  return pandoc.Div(
    { pandoc.Div(blocks(callout.title)), pandoc.Div(blocks(callout.content)) },
    pandoc.Attr(identifier, { "manuscript-callout" }, { type = callout.type })
  )
end

local function python(root)
  for _, name in ipairs { "/.venv/bin/python", "/.venv/Scripts/python.exe" } do
    local file = io.open(root .. name, "rb")
    if file then
      file:close()
      return root .. name
    end
  end
  return "python3"
end

local function shaped(document)
  local root = quarto.project.directory
  return pandoc.utils.run_json_filter(document, python(root), { "-m", "manuscript.quarto.tree", root, FORMAT })
end

return {
  { FloatRefTarget = note },
  { FloatRefTarget = plain_float, Callout = plain_callout },
  { Pandoc = shaped },
}
