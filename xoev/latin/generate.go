package latin

//go:generate go run ./internal/gen -data ../../../shared/data/xoev/din91379 -o tables.go
