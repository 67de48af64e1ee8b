// An ordinary discordgo bot: New, handlers, Open.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"github.com/bwmarrin/discordgo"
)

// docs: begin
// The endpoints are computed from one another when the package is loaded, so each one that is used is set again.
func pointAt(api string) {
	base := api + "/v" + discordgo.APIVersion + "/"
	discordgo.EndpointAPI = base
	discordgo.EndpointGuilds = base + "guilds/"
	discordgo.EndpointChannels = base + "channels/"
	discordgo.EndpointUsers = base + "users/"
	discordgo.EndpointGateway = base + "gateway"
	discordgo.EndpointGatewayBot = base + "gateway/bot"
	discordgo.EndpointApplications = base + "applications"
	discordgo.EndpointWebhooks = base + "webhooks/"
}

// docs: end

func check(step string, err error) {
	if err != nil {
		fmt.Printf("ERROR %s: %v\n", step, err)
	}
}

func main() {
	pointAt(os.Getenv("GUILDHALL_API"))
	token, err := os.ReadFile(os.Getenv("GUILDHALL_TOKEN_FILE"))
	check("token", err)

	session, err := discordgo.New("Bot " + strings.TrimSpace(string(token)))
	check("new", err)
	session.Compress = os.Getenv("WALK_COMPRESS") != "0"
	session.Identify.Compress = session.Compress
	session.Identify.Intents = discordgo.IntentsGuilds | discordgo.IntentsGuildMessages |
		discordgo.IntentsGuildMessageReactions | discordgo.IntentMessageContent
	if os.Getenv("WALK_MEMBERS") != "" {
		session.Identify.Intents |= discordgo.IntentsGuildMembers
	}

	var last *discordgo.Message
	// Handlers run side by side.
	var lock sync.Mutex
	members, chunks := 0, 0

	session.AddHandler(func(s *discordgo.Session, ready *discordgo.Ready) {
		fmt.Printf("READY %s\n", ready.User.ID)
	})
	session.AddHandler(func(s *discordgo.Session, guild *discordgo.GuildCreate) {
		fmt.Printf("GUILD %s %s %d\n", guild.ID, guild.Name, len(guild.Channels))
	})
	session.AddHandler(func(s *discordgo.Session, message *discordgo.MessageCreate) {
		if message.Author.ID == s.State.User.ID {
			fmt.Printf("OWN %s\n", message.Content)
			return
		}
		fmt.Printf("MESSAGE %s\n", message.Content)
		switch message.Content {
		case "!reply":
			last, err = s.ChannelMessageSendReply(message.ChannelID, "pong", message.Reference())
			check("reply", err)
		case "!edit":
			_, err := s.ChannelMessageEdit(last.ChannelID, last.ID, "pong, edited")
			check("edit", err)
		case "!delete":
			check("delete", s.ChannelMessageDelete(last.ChannelID, last.ID))
		case "!react":
			check("react", s.MessageReactionAdd(message.ChannelID, message.ID, "👍"))
		case "!history":
			found, err := s.ChannelMessages(message.ChannelID, 2, "", "", "")
			check("history", err)
			if len(found) == 2 {
				fmt.Printf("HISTORY %s %s\n", found[0].ID, found[1].ID)
			}
		case "!members":
			check("members", s.RequestGuildMembers(message.GuildID, "", 0, "", false))
		case "!thread":
			thread, err := s.MessageThreadStart(message.ChannelID, message.ID, "walk", 60)
			check("thread", err)
			_, err = s.ChannelMessageSend(thread.ID, "in the thread")
			check("message in the thread", err)
		case "!command":
			_, err := s.ApplicationCommandCreate(s.State.User.ID, message.GuildID, &discordgo.ApplicationCommand{
				Name: "walk", Description: "answers later",
			})
			check("command", err)
			fmt.Println("COMMAND walk")
		}
	})
	session.AddHandler(func(s *discordgo.Session, chunk *discordgo.GuildMembersChunk) {
		lock.Lock()
		defer lock.Unlock()
		members += len(chunk.Members)
		chunks++
		if chunks == chunk.ChunkCount {
			fmt.Printf("MEMBERS %d\n", members)
		}
	})
	session.AddHandler(func(s *discordgo.Session, message *discordgo.MessageUpdate) {
		fmt.Printf("EDITED %s\n", message.Content)
	})
	session.AddHandler(func(s *discordgo.Session, message *discordgo.MessageDelete) {
		fmt.Printf("DELETED %s\n", message.ID)
	})
	session.AddHandler(func(s *discordgo.Session, reaction *discordgo.MessageReactionAdd) {
		fmt.Printf("REACTION %s %s\n", reaction.Emoji.Name, reaction.UserID)
	})

	session.AddHandler(func(s *discordgo.Session, thread *discordgo.ThreadCreate) {
		fmt.Printf("THREAD %s %s\n", thread.ID, thread.Name)
	})
	session.AddHandler(func(s *discordgo.Session, event *discordgo.InteractionCreate) {
		check("defer", s.InteractionRespond(event.Interaction, &discordgo.InteractionResponse{
			Type: discordgo.InteractionResponseDeferredChannelMessageWithSource,
		}))
		answer := "walked"
		_, err := s.InteractionResponseEdit(event.Interaction, &discordgo.WebhookEdit{Content: &answer})
		check("answer", err)
	})

	if err := session.Open(); err != nil {
		fmt.Printf("STOPPED %v\n", err)
		os.Exit(3)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	<-stop
	session.Close()
}
