-- Links to rows of evidence, in both engines: on the page `#ev-…` (a number) and `#src-…` (a source) lead to the row.
-- In the other formats a row that stands in the document is where the link leads, too; one that does not is on the page:
-- `index.html#ev-…`, or behind the address that `_quarto.yml` gives as `manuscript: manuscript-url`.

local function page_address(meta)
  local manuscript = type(meta.manuscript) == "table" and meta.manuscript or {}
  local stated = meta["manuscript-url"] or manuscript["manuscript-url"]
  return stated and pandoc.utils.stringify(stated) or "index.html"
end

function Pandoc(document)
  if FORMAT:match("html") then return nil end
  local here = {}
  local function note(element)
    if element.identifier ~= "" then here[element.identifier] = true end
  end
  document:walk { Div = note, Span = note, Header = note, Table = note, Link = note }
  local page = page_address(document.meta)
  return document:walk {
    Link = function(link)
      local row = link.target:match("^#(ev%-.+)$") or link.target:match("^#(src%-.+)$")
      if not row or here[row] then return nil end
      link.target = page .. "#" .. row
      return link
    end,
  }
end
