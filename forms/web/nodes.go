package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bausteine/egov/forms"
)

// nodeView is a field, a group or a note on a page. Exactly one is set.
type nodeView struct {
	Field *fieldView
	Group *groupNode
	Note  *noteView
}

// groupNode is a group with what is in it, or with its entries.
type groupNode struct {
	*forms.Group
	Path        string // instance path
	ID          string
	Nodes       []nodeView
	Entries     []entryView
	Error       string
	DescribedBy string
	Hint        string
	Within      string // the entries around it, as a button names them
	Nested      bool   // in another group
	Add         string // what the button sends; empty: no more entries
	AddLabel    string
}

// entryView is one entry of a repeated group.
type entryView struct {
	ID          string
	Title       string
	Error       string // about the entry as a whole
	Nodes       []nodeView
	Remove      string // what the button sends; empty: it cannot be taken away
	RemoveLabel string
}

type noteView struct {
	Title      string
	Paragraphs []string
}

// What the buttons of a repeated group send, before the path.
const (
	addAction    = "hinzufuegen:"
	removeAction = "entfernen:"
)

// nodes builds what a step's page asks, as far as it is visible.
func (a *application) nodes(step *forms.Step, answers forms.Answers, errs []forms.FieldError) []nodeView {
	return a.nodeViews(a.form.Page(step.ID, answers), errs, "", false)
}

// nodeViews builds the views of nodes; within names the entries around them, from
// the outermost on.
func (a *application) nodeViews(nodes []forms.Node, errs []forms.FieldError, within string, nested bool) []nodeView {
	var views []nodeView
	for _, n := range nodes {
		switch {
		case n.Note != nil:
			views = append(views, nodeView{Note: &noteView{n.Note.Title, strings.Split(n.Note.Text, "\n\n")}})
		case n.Group != nil:
			views = append(views, nodeView{Group: a.group(n, errs, within, nested)})
		case n.Field.Type != forms.TypeHidden:
			views = append(views, nodeView{Field: a.field(n, errs)})
		}
	}
	return views
}

func (a *application) group(n forms.Node, errs []forms.FieldError, within string, nested bool) *groupNode {
	g := &groupNode{
		Group: n.Group, Path: n.Path, ID: htmlID(n.Path), Error: errorOf(n.Path, errs), Nested: nested, Within: within,
		Nodes: a.nodeViews(n.Nodes, errs, within, true),
	}
	if g.Choice {
		g.Hint = "Beantworten Sie genau eine der folgenden Möglichkeiten und lassen Sie die anderen leer."
	}
	var described []string
	for suffix, has := range map[string]bool{"__hilfe": g.Help != "", "__wahl": g.Hint != "", "__fehler": g.Error != ""} {
		if has {
			described = append(described, g.ID+suffix)
		}
	}
	slices.Sort(described)
	g.DescribedBy = strings.Join(described, " ")
	if n.Group.Repeat == nil {
		return g
	}
	for _, e := range n.Entries {
		inside := e.Title
		if within != "" {
			inside = within + " – " + inside
		}
		v := entryView{ID: htmlID(e.Path), Title: e.Title, Error: errorOf(e.Path, errs), Nodes: a.nodeViews(e.Nodes, errs, inside, true)}
		if n.CanRemove {
			v.Remove, v.RemoveLabel = removeAction+e.Path, e.Title+" entfernen"
		}
		g.Entries = append(g.Entries, v)
	}
	if n.CanAdd {
		g.Add, g.AddLabel = addAction+n.Path, n.Group.Repeat.Entry+" hinzufügen"
	}
	return g
}

func errorOf(path string, errs []forms.FieldError) string {
	for _, e := range errs {
		if e.Path == path {
			return e.Message
		}
	}
	return ""
}

// htmlID makes an ID of a path. Paths hold lower-case letters, digits, hyphens,
// dots and indexes in brackets, and no name begins with a digit, so that no two
// give the same. What belongs to a field adds "_hilfe" and the like; to a group,
// which may hold a field of that name, "__hilfe".
func htmlID(path string) string {
	return "f_" + strings.NewReplacer(".", "_", "[", "_", "]", "").Replace(path)
}

// fields yields all fields of a page in order.
func fields(nodes []nodeView, yield func(*fieldView)) {
	for _, n := range nodes {
		switch {
		case n.Field != nil:
			yield(n.Field)
		case n.Group != nil:
			fields(n.Group.Nodes, yield)
			for _, e := range n.Group.Entries {
				fields(e.Nodes, yield)
			}
		}
	}
}

// boxes are the paths of the fields on a page of which a browser sends nothing
// if nothing in them is ticked.
func boxes(nodes []nodeView) []string {
	var paths []string
	fields(nodes, func(f *fieldView) {
		if isBox(f.Field) {
			paths = append(paths, f.Path)
		}
	})
	return paths
}

func isBox(f *forms.Field) bool {
	return f.Widget == forms.WidgetCheckbox || f.Widget == forms.WidgetCheckboxes
}

// hasEntries reports whether there is a repeated group.
func hasEntries(nodes []nodeView) bool {
	return slices.ContainsFunc(nodes, func(n nodeView) bool {
		return n.Group != nil && (n.Group.Repeat != nil || hasEntries(n.Group.Nodes))
	})
}

// problems lists the errors in the order of the page, once for each field, group
// and entry.
func problems(nodes []nodeView) []problemView {
	var list []problemView
	for _, n := range nodes {
		switch {
		case n.Field != nil && n.Field.Error != "":
			list = append(list, problemView{"#" + n.Field.first(), n.Field.Error})
		case n.Group != nil:
			if n.Group.Error != "" {
				list = append(list, problemView{"#" + n.Group.ID, n.Group.Error})
			}
			list = append(list, problems(n.Group.Nodes)...)
			for _, e := range n.Group.Entries {
				if e.Error != "" {
					list = append(list, problemView{"#" + e.ID, e.Error})
				}
				list = append(list, problems(e.Nodes)...)
			}
		}
	}
	return list
}

// shownPaths are the instance paths of the fields that a step shows, with the
// number of entries of each repeated group, so that another entry is something
// new even if it asks nothing.
func shownPaths(f *forms.Form, step *forms.Step, a forms.Answers) []string {
	var paths []string
	var walk func([]forms.Node)
	walk = func(nodes []forms.Node) {
		for _, n := range nodes {
			switch {
			case n.Field != nil:
				if !n.Field.Computed && n.Field.Type != forms.TypeHidden {
					paths = append(paths, n.Path)
				}
			case n.Group != nil:
				walk(n.Nodes)
				if n.Group.Repeat != nil {
					paths = append(paths, n.Path+"#"+strconv.Itoa(len(n.Entries)))
				}
				for _, e := range n.Entries {
					walk(e.Nodes)
				}
			}
		}
	}
	walk(f.Page(step.ID, a))
	return paths
}

// inStep reports whether an answer belongs to a step.
func inStep(step *forms.Step, path string) bool { return strings.HasPrefix(path, step.ID+".") }
