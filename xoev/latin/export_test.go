package latin

// Sequences gives the tests the listed sequences.
func Sequences() []string {
	var all []string
	for _, q := range sequences {
		s := string(q.first) + string(q.second)
		if q.third != 0 {
			s += string(q.third)
		}
		all = append(all, s)
	}
	return all
}

// Pairs of letters that look alike.
const (
	LikeCyrillic = likeCyrillic
	LikeGreek    = likeGreek
)
